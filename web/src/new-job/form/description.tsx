/** A description of the schema, which is in English: what stands between backticks is code. */
export function Description({ text }: { text: string }) {
  return (
    <bdi lang="en">
      {text
        .split('`')
        .map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}
    </bdi>
  );
}
