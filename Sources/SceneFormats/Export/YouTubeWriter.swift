import Timeline

extension ExportFormat {
    package static let youtube = ExportFormat(
        name: "youtube", suffix: ".youtube.txt", summary: "chapters for a video's description on YouTube",
        options: [.label, .of], isLive: false, YouTubeWriter())
}

/// Chapters as YouTube finds them in a description: whole seconds, rounded down, the first at 0:00, at least
/// three, each of ten seconds at least. One line that breaks a rule voids all, so that shorter scenes join
/// the chapter before.
struct YouTubeWriter: LogWriter {
    private static let shortest: Int64 = 10
    private static let fewest = 3

    func write(_ list: ExportList) throws(ExportError) -> [String] {
        var chapters: [(seconds: Int64, label: String)] = []
        for entry in list.entries {
            try list.checkStart(of: entry, format: "youtube")
            let seconds = chapters.isEmpty ? 0 : floor(entry.start, list)
            if let last = chapters.last, seconds - last.seconds < Self.shortest { continue }
            chapters.append((seconds, singleLine(entry.label)))
        }
        if let last = chapters.last, floor(list.end, list) - last.seconds < Self.shortest {
            chapters.removeLast()
        }
        guard chapters.count >= Self.fewest else {
            throw .notExpressible(
                format: "youtube", entry: nil,
                reason: "it needs \(Self.fewest) chapters of \(Self.shortest) s or more, and here are "
                    + "\(chapters.count)")
        }
        return [chapters.map { "\(clock($0.seconds)) \($0.label)\n" }.joined()]
    }

    private func floor(_ ticks: Int64, _ list: ExportList) -> Int64 {
        -list.log.timeBase.ceiling(-ticks, perSecond: 1)
    }

    private func clock(_ seconds: Int64) -> String {
        let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, padded(seconds % 60, to: 2))
        return hours > 0 ? "\(hours):\(padded(minutes, to: 2)):\(rest)" : "\(minutes):\(rest)"
    }
}
