/** Run in a page: its next log has 100,000 lines, more than the server keeps, as fast as it can take them. */
export function hearLongLog(): void {
  const count = 100_000;
  const writeLine = (sequence: number) => ({
    sequence,
    at: '2026-03-01T12:00:00.000Z',
    level: sequence % 1_000 === 0 ? 'ERROR' : 'INFO',
    attempt: sequence < 60_000 ? 1 : 2,
    message: `Segment ${sequence}${sequence % 10 === 0 ? '\n  of two rows' : ''}`,
  });
  interface Message {
    type: string;
    id: string;
    payload: { query: string; variables: { after: number } };
  }
  window.WebSocket = class extends WebSocket {
    override send(data: string): void {
      const { type, id, payload } = JSON.parse(data) as Message;
      if (type !== 'subscribe' || !payload.query.includes('jobLogAdded')) return super.send(data);
      this.hearLines(id, payload.variables.after);
    }

    private hear(message: object): void {
      this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }));
    }

    private hearLines(id: string, after: number): void {
      const end = Math.min(count, after + 1_000);
      for (let sequence = after + 1; sequence <= end; sequence += 1) {
        const jobLogAdded = writeLine(sequence);
        this.hear({ id, type: 'next', payload: { data: { jobLogAdded } } });
      }
      if (end < count) setTimeout(() => this.hearLines(id, end));
      else this.hear({ id, type: 'complete' });
    }
  };
}
