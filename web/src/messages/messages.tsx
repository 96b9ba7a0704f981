import { createContext, useContext, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { en } from './en/index.ts';

/** All texts of the console in one language. English is the list of what there is. */
export type Messages = typeof en;

export const languages = { en: 'English', ar: 'العربية' } as const;
export type Language = keyof typeof languages;

const rightToLeft: readonly Language[] = ['ar'];
const storageKey = 'fovea-jobs.language';

interface Speech {
  language: Language;
  messages: Messages;
  setLanguage: (language: Language) => void;
}

const Context = createContext<Speech>({
  language: 'en',
  messages: en,
  setLanguage: () => undefined,
});

function chooseLanguage(): Language {
  const chosen = localStorage.getItem(storageKey);
  const known = [chosen, ...navigator.languages.map((tag) => tag.split('-', 1)[0]!)];
  return (known.find((it) => it !== null && it in languages) as Language | undefined) ?? 'en';
}

/** Speaks the language that was chosen, or that of the browser. */
export function MessagesProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(chooseLanguage);
  const [messages, setMessages] = useState<Messages | undefined>(
    language === 'en' ? en : undefined,
  );
  useEffect(() => {
    let isLeft = false;
    void (async () => {
      const next = language === 'en' ? en : (await import('./ar/index.ts')).ar;
      if (isLeft) return;
      document.documentElement.lang = language;
      document.documentElement.dir = rightToLeft.includes(language) ? 'rtl' : 'ltr';
      setMessages(next);
    })();
    return () => {
      isLeft = true;
    };
  }, [language]);
  if (!messages) return null;
  const choose = (next: Language) => {
    localStorage.setItem(storageKey, next);
    setLanguage(next);
  };
  return <Context value={{ language, messages, setLanguage: choose }}>{children}</Context>;
}

/** The texts, by screen. */
export const useMessages = (): Messages => useContext(Context).messages;

/** The language, for `Intl`, and a function that changes it. */
export const useLanguage = (): Pick<Speech, 'language' | 'setLanguage'> => useContext(Context);
