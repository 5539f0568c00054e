import Timeline

extension ExportFormat {
    package static let edl = ExportFormat(name: "edl", fileExtension: "edl", EDLWriter())
}

/// An edit decision list in the CMX 3600 layout: one video cut per scene.
///
/// Record times equal source times, so the list lies on the film as it is; gaps stay empty. Source times are
/// the stream's own timecodes, whose frame rate the layout cannot state: the program that reads the list must
/// be told. Event numbers have three digits and grow beyond 999, which current editors read and the old
/// machines did not. Scenes count from 1, shots from 0, as in events.
struct EDLWriter: LogWriter {
    /// Longest title and clip name; readers of fixed columns cut what is longer.
    private static let longestText = 70

    func write(_ log: EventLog, _ options: ExportOptions) throws(ExportError) -> [UInt8] {
        let spans = try log.scenes.enumerated().map { index, scene throws(ExportError) in
            try span(of: scene, number: index + 1)
        }
        let isDropFrame = spans.first?.start.isDropFrame ?? false
        let name = String(singleLine(options.title).prefix(Self.longestText))
        var text = "TITLE: \(name)\nFCM: \(isDropFrame ? "DROP FRAME" : "NON-DROP FRAME")\n"
        for (index, (scene, span)) in zip(log.scenes, spans).enumerated() {
            guard span.start.isDropFrame == isDropFrame, span.end.isDropFrame == isDropFrame else {
                throw .notExpressible(
                    format: "edl", scene: index + 1,
                    reason: "its timecode counts frames in another way than before")
            }
            let times = "\(span.start) \(span.end)"
            text += "\n\(padded(index + 1, to: 3))  AX       V     C        \(times) \(times)\n"
            if !name.isEmpty { text += "* FROM CLIP NAME: \(name)\n" }
            text += "* COMMENT: SCENE \(index + 1), SHOTS \(scene.firstShot) TO \(scene.lastShot)\n"
        }
        return Array(text.utf8)
    }

    private func span(
        of scene: LoggedScene, number: Int
    ) throws(ExportError) -> (start: TimecodeLabel, end: TimecodeLabel) {
        guard let start = scene.start.timecode, let end = scene.end.timecode else {
            throw .noTimecode(format: "edl", scene: number)
        }
        guard start.frames < 100, end.frames < 100 else {
            throw .notExpressible(format: "edl", scene: number, reason: "its frame numbers have three digits")
        }
        guard start < end else {
            throw .notExpressible(format: "edl", scene: number, reason: "its timecode passes 24 hours")
        }
        return (start, end)
    }
}
