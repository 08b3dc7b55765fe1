import { createContext, type ReactNode, use, useEffect } from "react";
import { createPortal } from "react-dom";

/** Where in the frame's top bar a page says where one is. */
export const HeadingPlace = createContext<HTMLElement | null>(null);

/** The page's heading, shown in the top bar; `title` is the window's title too. `detail`: "All devices". */
export function PageHeading({
  title,
  detail,
  children,
}: {
  title: string;
  detail?: ReactNode;
  children?: ReactNode;
}) {
  const place = use(HeadingPlace);
  useEffect(() => {
    document.title = `${title} · Coldframe`;
  }, [title]);
  if (place === null) return null;
  return createPortal(
    <>
      <h1>{title}</h1>
      {detail !== undefined && <span className="detail">{detail}</span>}
      {children}
    </>,
    place,
  );
}
