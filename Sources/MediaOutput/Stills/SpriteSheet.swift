internal import CFFmpeg
package import Timeline

/// Puts pictures as small tiles onto sheets, row by row, and gives each full sheet as a JPEG.
///
/// A picture that does not have the tile's shape stands in the middle of it, with black bars. Memory: one
/// sheet of pixels, that is 3 x tiles x width x height bytes.
package struct SpriteSheet {
    /// A finished sheet.
    package struct Sheet: Sendable {
        package var jpeg: [UInt8]
        /// Size in pixels; the last sheet has only the rows that it needs.
        package var width: Int
        package var height: Int
        /// PTS of the tiles, in the order of rows.
        package var places: [Int64]
    }

    package let columns: Int
    /// Size of a tile in pixels.
    package let width: Int
    package let height: Int
    /// Tiles of a full sheet.
    package let capacity: Int
    private let encoder: StillEncoder
    private var places: [Int64] = []
    private var pixels: [UInt8] = []
    private var fitter: PixelConverter?

    /// `capacity` is a multiple of `columns`; a sheet must fit into a JPEG (`StillEncoder.longestSide`).
    package init(
        columns: Int = 10, width: Int = 160, height: Int = 90, capacity: Int = 100, quality: Int = 5
    ) {
        precondition(columns > 0 && width > 0 && height > 0, "a sheet has tiles")
        precondition(capacity > 0 && capacity % columns == 0, "a full sheet has full rows")
        (self.columns, self.width, self.height, self.capacity) = (columns, width, height, capacity)
        encoder = StillEncoder(quality: quality)
    }

    /// Where tile `index` of a sheet lies: its upper left pixel.
    package func origin(_ index: Int) -> (x: Int, y: Int) {
        (index % columns * width, index / columns * height)
    }

    /// Adds a tile. Gives the sheet where it is full now.
    package mutating func push(_ picture: RGBPicture, at pts: Int64) throws(OutputFailure) -> Sheet? {
        let stride = 3 * columns * width
        if places.count % columns == 0 {
            pixels.append(contentsOf: repeatElement(0, count: stride * height))
        }
        let (tile, left, top) = try fitted(picture)
        let place = origin(places.count)
        for y in 0..<tile.height {
            let start = (place.y + top + y) * stride + 3 * (place.x + left)
            let row = 3 * y * tile.width
            pixels.replaceSubrange(
                start..<(start + 3 * tile.width), with: tile.bytes[row..<(row + 3 * tile.width)])
        }
        places.append(pts)
        return places.count == capacity ? try finish() : nil
    }

    /// The sheet with what has come since the last one; nil if that is nothing.
    package mutating func finish() throws(OutputFailure) -> Sheet? {
        guard !places.isEmpty else { return nil }
        let rows = (places.count + columns - 1) / columns
        let picture = RGBPicture(width: columns * width, height: rows * height, bytes: pixels)
        let sheet = Sheet(
            jpeg: try encoder.jpeg(of: picture), width: picture.width, height: picture.height, places: places)
        (places, pixels) = ([], [])
        return sheet
    }

    /// The picture as large as the tile allows, and where it stands in it.
    private mutating func fitted(
        _ picture: RGBPicture
    ) throws(OutputFailure) -> (RGBPicture, left: Int, top: Int) {
        let size = Self.fit((picture.width, picture.height), into: (width, height))
        let (left, top) = ((width - size.width) / 2, (height - size.height) / 2)
        if size == (picture.width, picture.height) { return (picture, left, top) }
        if fitter?.fits(picture) != true {
            fitter = PixelConverter(from: (picture.width, picture.height), to: size, AV_PIX_FMT_RGB24)
        }
        guard let tile = fitter?.resized(picture) else { throw .outOfMemory }
        return (tile, left, top)
    }

    /// The largest size of the same shape within `room`; within a pixel of the room the shape gives way, so
    /// that no bar of one pixel appears.
    package static func fit(
        _ size: (width: Int, height: Int), into room: (width: Int, height: Int)
    ) -> (width: Int, height: Int) {
        let isWider = size.width * room.height >= size.height * room.width
        func scaled(_ side: Int, _ num: Int, _ den: Int) -> Int { (2 * side * num + den) / (2 * den) }
        var (width, height) =
            isWider
            ? (room.width, scaled(size.height, room.width, size.width))
            : (scaled(size.width, room.height, size.height), room.height)
        if room.width - width <= 1 { width = room.width }
        if room.height - height <= 1 { height = room.height }
        return (min(max(width, 1), room.width), min(max(height, 1), room.height))
    }
}
