import Timeline

extension ExportFormat {
    package static let pySceneDetect = ExportFormat(
        name: "pyscenedetect", suffix: "-Scenes.csv", summary: "PySceneDetect's list; shots, its scenes",
        options: [.of, .rate], subject: .shots, SceneDetectWriter())
}

/// The list that PySceneDetect writes and reads; what it calls scenes are shots. See `ShotTable`.
struct SceneDetectWriter: LogWriter {
    func write(_ list: ExportList) throws(ExportError) -> [String] {
        let log = list.log
        var grid: FrameGrid?
        let shown = ShownTime(log)
        var text = ShotTable.header
        for (index, entry) in list.entries.enumerated() {
            try list.checkStart(of: entry, format: "pyscenedetect")
            let pictures: Range<Int64>
            if let start = entry.startFrame, let end = entry.endFrame, start < end, list.options.rate == nil {
                pictures = start..<end
            } else {
                let known = if let grid { grid } else { try FrameGrid(list, format: "pyscenedetect") }
                grid = known
                let first = known.position(shown.ticks(entry.start))
                pictures = first..<max(known.position(shown.ticks(entry.end)), first + 1)
            }
            text += ShotTable.row(
                index: index, pictures: pictures,
                start: log.timeBase.microseconds(entry.start - log.firstPicture),
                end: log.timeBase.microseconds(entry.end - log.firstPicture))
        }
        return [text]
    }
}
