// Pictures of key frames, by pts. In a report they lie in sprite sheets inside the page, which become blobs when they
// come into sight; in a live page the service gives one file for each.

class Pictures {
  /** Sheets decoded at a time for drawing: 8 of 1600 x 900 take about 46 MB. */
  static heldSheets = 8;
  /** Pictures held, cut out or live: more than a timeline shows. 800 of 160 x 90 take about 46 MB. */
  static heldPictures = 800;

  constructor(report) {
    const layout = report.pictures ?? {};
    this.columns = layout.columns ?? 10;
    this.width = layout.width ?? 160;
    this.height = layout.height ?? 90;
    this.pattern = typeof report.picture_url === "string" ? report.picture_url : null;
    this.places = new Map();
    this.sheets = new Map();
    this.bitmaps = new Map();
    this.cuttings = new Map();
    this.wanted = new Map();
    this.files = new Map();
    this.loading = new Set();
    this.onLoad = () => {};
    for (const sheet of Array.isArray(layout.sheets) ? layout.sheets : []) {
      this.sheets.set(sheet.id, { url: null, rows: Math.ceil(sheet.places.length / this.columns) });
      for (const [pts, index] of sheet.places) this.places.set(pts, { sheet: sheet.id, index });
    }
  }

  get aspect() { return this.width / this.height; }
  get isThere() { return this.places.size > 0 || this.pattern !== null; }
  has(pts) { return this.places.has(pts) || this.pattern !== null; }

  /** The address of a sheet; made at first use. */
  sheetURL(id) {
    const sheet = this.sheets.get(id);
    if (sheet.url === null) {
      const text = document.getElementById(id)?.textContent ?? "";
      sheet.blob = new Blob([bytesOf(text.trim())], { type: "image/jpeg" });
      sheet.url = URL.createObjectURL(sheet.blob);
    }
    return sheet.url;
  }

  /** Fills `element` with the picture at `pts`. The element's size comes from the style sheet. */
  show(element, pts) {
    const key = pts === null || !this.has(pts) ? "" : String(pts);
    if (element.dataset.picture === key) return;
    element.dataset.picture = key;
    element.classList.toggle("no-picture", key === "");
    const style = element.style;
    if (key === "") {
      style.backgroundImage = "";
      return;
    }
    const place = this.places.get(pts);
    if (!place) {
      style.backgroundSize = "cover";
      style.backgroundPosition = "center";
      this.address(pts).then((url) => {
        if (element.dataset.picture === key) style.backgroundImage = `url("${url}")`;
      }, () => {});
      return;
    }
    const rows = this.sheets.get(place.sheet).rows;
    const [column, row] = [place.index % this.columns, Math.floor(place.index / this.columns)];
    style.backgroundImage = `url("${this.sheetURL(place.sheet)}")`;
    style.backgroundSize = `${this.columns * 100}% ${rows * 100}%`;
    const share = (index, count) => (count > 1 ? (index / (count - 1)) * 100 : 0);
    style.backgroundPosition = `${share(column, this.columns)}% ${share(row, rows)}%`;
  }

  /** Where a live picture is: on the service, or, where that asks for a token, in a blob that was fetched with it. */
  async address(pts) {
    if (!Token.value) return this.fileURL(pts);
    if (!this.files.has(pts)) {
      this.files.set(pts, fetch(this.fileURL(pts), { headers: Token.headers }).then(async (answer) => {
        if (!answer.ok) throw new Error(`status ${answer.status}`);
        return URL.createObjectURL(await answer.blob());
      }));
      if (this.files.size > Pictures.heldPictures) {
        const [oldest, url] = this.files.entries().next().value;
        this.files.delete(oldest);
        url.then((made) => URL.revokeObjectURL(made), () => {});
      }
    }
    return this.files.get(pts);
  }

  fileURL(pts) { return this.pattern.replace("{pts}", encodeURIComponent(String(pts))); }

  /** Draws the picture at `pts` so that it covers the box; false if it is not there yet (`onLoad` tells). */
  draw(context, pts, x, y, width, height) {
    const place = this.places.get(pts);
    const image = place ? this.cutting(pts, place) : this.pattern !== null ? this.file(pts) : null;
    if (!image) return false;
    const scale = Math.min(image.width / width, image.height / height);
    const [cropWidth, cropHeight] = [width * scale, height * scale];
    context.drawImage(
      image, (image.width - cropWidth) / 2, (image.height - cropHeight) / 2, cropWidth, cropHeight, x, y, width, height);
    return true;
  }

  /** A picture of a sheet by itself: a sheet may go while its pictures are in sight. */
  cutting(pts, place) {
    const known = freshen(this.cuttings, pts);
    if (known) return known;
    const sheet = freshen(this.bitmaps, place.sheet);
    if (sheet) return this.cut(sheet, pts, place);
    if (!this.wanted.has(place.sheet)) this.wanted.set(place.sheet, new Map());
    this.wanted.get(place.sheet).set(pts, place);
    this.load(place.sheet, () => {
      this.sheetURL(place.sheet);
      return createImageBitmap(this.sheets.get(place.sheet).blob);
    }, Pictures.heldSheets);
    return null;
  }

  cut(sheet, pts, { index }) {
    const { width, height } = this;
    this.table ??= new OffscreenCanvas(width, height);
    const [x, y] = [(index % this.columns) * width, Math.floor(index / this.columns) * height];
    this.table.getContext("2d").drawImage(sheet, x, y, width, height, 0, 0, width, height);
    const cutting = this.table.transferToImageBitmap();
    this.cuttings.set(pts, cutting);
    dropOldest(this.cuttings, Pictures.heldPictures);
    return cutting;
  }

  file(pts) {
    const known = freshen(this.bitmaps, pts);
    if (known) return known;
    this.load(pts, async () => {
      const image = new Image();
      image.src = await this.address(pts);
      await image.decode();
      return image;
    }, Pictures.heldPictures);
    return null;
  }

  load(key, begin, held) {
    if (this.loading.has(key)) return;
    this.loading.add(key);
    Promise.resolve().then(begin).then((image) => {
      // What was asked for is cut at once: the sheet may be gone at the next drawing.
      for (const [pts, place] of this.wanted.get(key) ?? []) this.cut(image, pts, place);
      this.wanted.delete(key);
      this.bitmaps.set(key, image);
      dropOldest(this.bitmaps, held);
      this.loading.delete(key);
      this.onLoad();
    }, () => {
      // A picture that cannot be read stays away; asking again at every drawing would not help.
    });
  }
}

/** An entry of a map that is ordered by use, as the one used last. */
function freshen(map, key) {
  const known = map.get(key);
  if (known !== undefined) {
    map.delete(key);
    map.set(key, known);
  }
  return known;
}

/** Lets go of what was not used for longest. */
function dropOldest(map, held) {
  for (const [key, image] of map) {
    if (map.size <= held) return;
    image.close?.();
    map.delete(key);
  }
}

/** The bytes that base64 text stands for. */
function bytesOf(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let index = 0; index < letters.length; index += 1) bytes[index] = letters.charCodeAt(index);
  return bytes;
}

/** The key frame nearest to `pts` among those of its shot; null if the shot has none. */
function keyFrameNear(run, pictures, pts) {
  const shot = run.shots[shotIndexAt(run, pts)];
  if (!shot) return null;
  const keys = [shot.firstKey, shot.lastKey].filter((key) => key && pictures.has(key.pts)).map((key) => key.pts);
  if (keys.length === 0) return null;
  return keys.reduce((best, key) => (Math.abs(key - pts) < Math.abs(best - pts) ? key : best));
}

/** The picture that stands for a scene: of its longest shot, since the first may be black or a title. */
function pictureOf(run, pictures, scene) {
  let longest = null;
  for (let index = scene.firstShot; index <= scene.lastShot; index += 1) {
    const shot = run.shots[index];
    if (!shot?.firstKey || !pictures.has(shot.firstKey.pts)) continue;
    if (longest === null || shot.end.pts - shot.start.pts > longest.end.pts - longest.start.pts) longest = shot;
  }
  return longest === null ? null : keyFrameNear(run, pictures, Math.round((longest.start.pts + longest.end.pts) / 2));
}
