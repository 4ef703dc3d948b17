// A photograph as the phone shows it: drawn anew on a canvas, so that nothing of its metadata is there.
import { useEffect, useRef } from "preact/hooks";

const side = 1024; // pixels

export function Picture(p: { load: () => Promise<Blob | null>; label: string }) {
  const at = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let gone = false;
    void (async () => {
      const file = await p.load();
      const bitmap = file && (await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null));
      const canvas = at.current;
      if (gone || !bitmap || !canvas) return;
      const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
      canvas.width = Math.max(1, Math.round(bitmap.width * scale));
      canvas.height = Math.max(1, Math.round(bitmap.height * scale));
      canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      canvas.dataset["drawn"] = "";
      bitmap.close();
    })();
    return () => {
      gone = true;
    };
  }, []);
  return <canvas ref={at} role="img" aria-label={p.label} class="tx-preview" />;
}
