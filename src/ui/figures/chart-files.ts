/** A chart as a file, loaded when the first is asked for. */
import { download } from '../download.ts';
import { csvOfChart, fileName, type ChartData } from './chart-data.ts';
import { svgOf } from './chart-svg.ts';

export type ChartFile = 'csv' | 'svg' | 'png';

export async function saveChart(data: ChartData, form: ChartFile): Promise<void> {
  const name = `${fileName(data)}.${form}`;
  if (form === 'csv') download(name, csvOfChart(data), 'text/csv');
  else if (form === 'svg') download(name, svgOf(data), 'image/svg+xml');
  else download(name, await pngOf(svgOf(data)), 'image/png');
}

/** Canvas pixels to a unit of the drawing. */
const SCALE = 2;

async function pngOf(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [SCALE * image.naturalWidth, SCALE * image.naturalHeight];
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('This browser made no picture.'))),
      'image/png',
    ),
  );
}
