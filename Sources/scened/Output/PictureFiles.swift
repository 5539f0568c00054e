import MediaOutput
import SceneFormats
import Timeline

/// Pictures of scenes or shots as files of a folder: each by itself, or side by side.
struct PictureFiles {
    enum Style {
        case pictures, sheets, sprites
    }

    private let folder: String
    private let kind: String
    private let count: Int
    private let force: Bool
    private let style: Style
    private let encoder = StillEncoder(quality: 4)
    private var sheet: SpriteSheet
    private var sheets = 0
    /// Cues of the sprites that are written: times in ticks, and where the picture stands.
    private var cues: [(start: Int64, end: Int64, place: String)] = []
    private var waiting: [(start: Int64, end: Int64)] = []
    /// Pictures so far.
    private(set) var pictures = 0

    init(
        folder: String, kind: String, count: Int, force: Bool, style: Style,
        tile: (width: Int, height: Int)
    ) throws(CommandFailure) {
        (self.folder, self.kind, self.count, self.force, self.style) = (folder, kind, count, force, style)
        let columns = style == .sprites ? 10 : 5
        let rows = min(style == .sprites ? 10 : 8, max(1, StillEncoder.longestSide / tile.height))
        sheet = SpriteSheet(
            columns: columns, width: tile.width, height: tile.height, capacity: columns * rows)
    }

    /// The picture of piece `number`, from 0, which lasts from `start` to `end` ticks.
    mutating func push(_ picture: RGBPicture, number: Int, _ start: Int64, _ end: Int64) throws {
        pictures += 1
        guard style != .pictures else {
            let name = padded(number + 1, to: max(3, String(count).count))
            try save(try encoder.jpeg(of: picture), "\(kind)-\(name).jpg")
            return
        }
        waiting.append((start, end))
        if let full = try sheet.push(picture, at: start) { try put(full) }
    }

    /// What is left; the file of cues comes last.
    mutating func finish(_ base: TimeBase) throws {
        if let last = try sheet.finish() { try put(last) }
        guard style == .sprites, !cues.isEmpty else { return }
        var text = "WEBVTT\n"
        for cue in cues {
            let start = max(0, base.ceiling(cue.start, perSecond: 1000))
            let end = max(base.ceiling(cue.end, perSecond: 1000), start + 1)
            let times = [start, end].map { clockText(milliseconds: $0) }
            text += "\n\(times[0]) --> \(times[1])\n\(cue.place)\n"
        }
        try save(Array(text.utf8), "sprite.vtt")
    }

    private mutating func put(_ made: SpriteSheet.Sheet) throws {
        let name = "\(style == .sprites ? "sprite" : "sheet")-\(sheets).jpg"
        try save(made.jpeg, name)
        for (index, piece) in waiting.enumerated() {
            let (x, y) = sheet.origin(index)
            cues.append((piece.start, piece.end, "\(name)#xywh=\(x),\(y),\(sheet.width),\(sheet.height)"))
        }
        waiting = []
        sheets += 1
    }

    private func save(_ bytes: [UInt8], _ name: String) throws(CommandFailure) {
        let path = "\(folder)/\(name)"
        try OutputFolder.refuseExisting(path, force: force)
        var file = try LineOutput.file(path)
        try file.write(bytes)
        try file.finish()
    }
}
