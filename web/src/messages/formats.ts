/** Formats of a language, each made once: to make one takes longer than to use it a hundred times. */
function createFormats<Options, Format>(
  make: (language: string, options: Options | undefined) => Format,
): (language: string, options?: Options) => Format {
  const known = new Map<string, Format>();
  return (language, options) => {
    const key = `${language} ${JSON.stringify(options)}`;
    const format = known.get(key) ?? make(language, options);
    known.set(key, format);
    return format;
  };
}

export const numberFormat = createFormats<Intl.NumberFormatOptions, Intl.NumberFormat>(
  (language, options) => new Intl.NumberFormat(language, options),
);

export const dateFormat = createFormats<Intl.DateTimeFormatOptions, Intl.DateTimeFormat>(
  (language, options) => new Intl.DateTimeFormat(language, options),
);

export const relativeTimeFormat = createFormats<
  Intl.RelativeTimeFormatOptions,
  Intl.RelativeTimeFormat
>((language, options) => new Intl.RelativeTimeFormat(language, options));
