// Pictures: from the camera, a file, the clipboard or dropped on the page.
const detector = (async () => {
  try {
    if ((await BarcodeDetector.getSupportedFormats()).includes('qr_code')) return new BarcodeDetector({formats: ['qr_code']});
  } catch { /* the browser has none: our own reader does it */ }
  return null;
})();
const canvas = document.createElement('canvas');
const pixelsOf = (source, w, h, most) => {
  const scale = Math.min(1, most / Math.max(w, h));
  canvas.width = Math.max(1, Math.round(w * scale)); canvas.height = Math.max(1, Math.round(h * scale));
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
};
const readPixels = (image, quick) => readQR(greyOf(image.data), image.width, image.height, quick)?.text ?? '';

// readPicture reads a file; '' when it shows no code. Errors when it is no picture.
const readPicture = async file => {
  const picture = await createImageBitmap(file);
  try {
    const found = await (await detector)?.detect(picture).catch(() => []);
    if (found?.[0]?.rawValue) return found[0].rawValue;
    for (const most of [1400, 900, 2400]) {
      if (most === 2400 && Math.max(picture.width, picture.height) <= 1400) break;
      const text = readPixels(pixelsOf(picture, picture.width, picture.height, most));
      if (text) return text;
      await new Promise(r => setTimeout(r)); // let the page breathe
    }
    return '';
  } finally { picture.close(); }
};

// camera shows what it sees in video and calls found with the first text.
const camera = (video, found) => {
  let stream = null;
  const stop = () => { stream?.getTracks().forEach(t => t.stop()); stream = null; video.srcObject = null; video.hidden = true; };
  const look = async () => {
    if (!stream) return;
    try {
      if (video.videoWidth) {
        const own = await (await detector)?.detect(video).catch(() => []);
        const text = own?.[0]?.rawValue || readPixels(pixelsOf(video, video.videoWidth, video.videoHeight, 900), true);
        if (text && stream) { stop(); found(text); return; }
      }
    } catch { /* the next frame */ }
    setTimeout(look, 120);
  };
  const start = async () => {
    stream = await navigator.mediaDevices.getUserMedia({video: {facingMode: 'environment', width: {ideal: 1920}, height: {ideal: 1080}}, audio: false});
    video.srcObject = stream;
    video.hidden = false;
    await video.play();
    look();
    return stream.getVideoTracks()[0];
  };
  return {start, stop, get on() { return stream !== null; }};
};
