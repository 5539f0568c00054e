internal import Platform
import Glibc
import MediaOutput
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
            let digits = String(number + 1)
            let width = max(3, String(count).count)
            let name = String(repeating: "0", count: max(0, width - digits.count)) + digits
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
            let start = Self.milliseconds(cue.start, base)
            let end = max(Self.milliseconds(cue.end, base), start + 1)
            text += "\n\(Self.stamp(start)) --> \(Self.stamp(end))\n\(cue.place)\n"
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

    private static func milliseconds(_ ticks: Int64, _ base: TimeBase) -> Int64 {
        let product = Int128(max(0, ticks)) * Int128(base.numerator) * 1000
        return Int64((product + Int128(base.denominator) - 1) / Int128(base.denominator))
    }

    private static func stamp(_ milliseconds: Int64) -> String {
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let seconds = milliseconds / 1000
        return
            "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))."
            + padded(milliseconds % 1000, 3)
    }
}

/// A folder that files are written into.
enum OutputFolder {
    /// Makes it where it is missing; the folder above it must be there. Throws `CommandFailure`.
    static func make(_ path: String) throws(CommandFailure) {
        var status = stat()
        if FileName.withBytes(path, { stat($0, &status) }) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw CommandFailure(
                    status: .cannotWrite,
                    message: "--output '\(path)' is a file; give the name of a folder")
            }
            guard FileName.withBytes(path, { access($0, W_OK | X_OK) }) == 0 else { throw failure(path) }
            return
        }
        guard FileName.withBytes(path, { mkdir($0, 0o777) }) == 0 else { throw failure(path) }
    }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure(
            status: .cannotWrite, message: CommandFailure.message("write into", "'\(path)'", errno))
    }

    /// Throws where something has the name already.
    static func refuseExisting(_ path: String, force: Bool) throws(CommandFailure) {
        var status = stat()
        guard !force, FileName.withBytes(path, { lstat($0, &status) }) == 0 else { return }
        throw CommandFailure(
            status: .cannotWrite,
            message: "'\(path)' is there already; give another folder, or --force to replace it")
    }
}
