import Timeline

/// A chapter as it will stand in a film: from one instant to another, in ticks from the start of the film.
package struct Chapter: Hashable, Sendable {
    package var start: Int64
    /// Behind the last tick.
    package var end: Int64
    package var title: String

    package init(start: Int64, end: Int64, title: String) {
        self.start = start
        self.end = end
        self.title = title
    }
}

/// Chapters as a container keeps them.
struct ChapterTable {
    /// A chapter in ticks of `perSecond`.
    struct Entry: Hashable {
        var start: Int64
        var end: Int64
        var title: String
    }

    /// Ticks of a second.
    var perSecond: Int64
    var entries: [Entry]

    /// Nero's table, which FFmpeg writes beside QuickTime's, holds no more.
    static let mostOfNero = 255

    /// Ticks beyond which no chapter stands.
    private static let farthest: Int128 = 1 << 62

    /// Matroska keeps starts and ends as they are, in nanoseconds. In MP4 and QuickTime a chapter lasts until
    /// the next, and the first begins at 0, in milliseconds: what lies between becomes a chapter "Gap", where
    /// it lasts a second or more; else the chapter before it, or the first, covers it. Starts are rounded up,
    /// so that none lies before its picture, whose own time Matroska rounds to milliseconds.
    ///
    /// `delay`: microseconds from time 0 of the file to the start of the film.
    init(_ chapters: [Chapter], of base: TimeBase, for container: Container, behind delay: Int64 = 0) {
        let perSecond: Int64 = container.isMovie ? 1000 : 1_000_000_000
        self.perSecond = perSecond
        func ticks(_ value: Int64) -> Int64 {
            // Of a film that begins hours behind time 0, a product does not fit; what does is no chapter.
            let exact =
                Int128(Self.roundedUp(max(0, value), of: base, perSecond))
                + Int128(delay) * Int128(perSecond) / 1_000_000
            let ticks = Int64(max(-Self.farthest, min(exact, Self.farthest)))
            guard !container.isMovie else { return ticks }
            return max(ticks, (ticks + 500_000) / 1_000_000 * 1_000_000)
        }
        var list: [Entry] = []
        for chapter in chapters {
            var entry = Entry(
                start: ticks(chapter.start), end: ticks(chapter.end), title: Self.line(chapter.title))
            // What lasts less than a tick still has one.
            if let last = list.last, entry.start <= last.start { entry.start = last.start + 1 }
            entry.end = max(entry.end, entry.start + 1)
            if let last = list.last, last.end > entry.start { list[list.count - 1].end = entry.start }
            list.append(entry)
        }
        entries = container.isMovie ? Self.tiled(list, perSecond) : list
        if container.isMovie {
            for index in entries.indices { entries[index].title = Self.cut(entries[index].title, to: 255) }
        }
    }

    private static func tiled(_ list: [Entry], _ second: Int64) -> [Entry] {
        var result: [Entry] = []
        var end: Int64 = 0
        for var entry in list {
            if entry.start - end >= second {
                result.append(Entry(start: end, end: entry.start, title: "Gap"))
            } else if result.isEmpty {
                entry.start = 0
            } else {
                result[result.count - 1].end = entry.start
            }
            end = entry.end
            result.append(entry)
        }
        return result
    }

    private static func roundedUp(_ ticks: Int64, of base: TimeBase, _ second: Int64) -> Int64 {
        let product = Int128(ticks) * Int128(base.numerator) * Int128(second)
        let divisor = Int128(base.denominator)
        return Int64(clamping: (product + divisor - 1) / divisor)
    }

    /// One line without controls.
    static func line(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }

    /// At most `count` bytes of UTF-8, whole characters.
    static func cut(_ text: String, to count: Int) -> String {
        guard text.utf8.count > count else { return text }
        var result = ""
        var bytes = 0
        for character in text {
            bytes += String(character).utf8.count
            guard bytes <= count else { break }
            result.append(character)
        }
        return result
    }
}
