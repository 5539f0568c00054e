import SceneEvents
import Timeline

extension ExportFormat {
    package static let fcp7 = ExportFormat(
        name: "fcp7", suffix: ".xml", summary: "Premiere Pro, Resolve, Final Cut Pro 7 (XML)",
        options: [.title, .label, .of, .media, .startTimecode, .rate], FCP7Writer())
}

/// The XML of Final Cut Pro 7 (xmeml 5): one sequence with a clip and a marker per entry, all in whole
/// frames, ends behind the last one.
struct FCP7Writer: LogWriter {
    func write(_ list: ExportList) throws(ExportError) -> [String] {
        let grid = try FrameGrid(list, format: "fcp7")
        guard let timecode = grid.timecode else {
            throw .notExpressible(
                format: "fcp7", entry: nil, reason: "timecode does not count \(grid.rate) frames a second")
        }
        let length = grid.length(list)
        let rate =
            "<rate><timebase>\(timecode.labelsPerSecond)</timebase>"
            + "<ntsc>\(grid.rate.isNTSC ? "TRUE" : "FALSE")</ntsc></rate>"
        func clock(_ frames: Int64) -> String {
            "<timecode>\(rate)<string>\(timecode.string(frames: frames))</string><frame>\(frames)</frame>"
                + "<displayformat>\(timecode.isDropFrame ? "DF" : "NDF")</displayformat></timecode>"
        }
        let media = list.log.start.media
        let size =
            media.width > 0 && media.height > 0
            ? "<width>\(media.width)</width><height>\(media.height)</height>" : ""
        let (film, title) = (xmlText(list.media.name), xmlText(list.title))
        let file = """
            <file id="file-1"><name>\(film)</name><pathurl>\(xmlText(list.media.localURL))</pathurl>\(rate)\
            <duration>\(length)</duration>\(clock(grid.sourceStart))<media><video>\
            <samplecharacteristics>\(size)</samplecharacteristics></video></media></file>
            """
        var (clips, markers, place) = ("", "", Int64(0))
        for (index, entry) in list.entries.enumerated() {
            try list.checkStart(of: entry, format: "fcp7")
            let frames = grid.range(entry)
            let start = max(frames.lowerBound, place)
            place = max(frames.upperBound, start + 1)
            let label = xmlText(entry.label)
            clips += """
                            <clipitem id="clipitem-\(index + 1)">
                              <name>\(label)</name>
                              <duration>\(length)</duration>
                              \(rate)
                              <start>\(start)</start>
                              <end>\(place)</end>
                              <in>\(start)</in>
                              <out>\(place)</out>
                              \(index == 0 ? file : "<file id=\"file-1\"/>")\(comments(entry))
                            </clipitem>

                """
            markers += """
                        <marker><comment>\(xmlText(entry.id))</comment><name>\(label)</name>\
                <in>\(start)</in><out>-1</out></marker>

                """
        }
        return [
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE xmeml>
            <xmeml version="5">
              <project>
                <name>\(title)</name>
                <children>
                  <sequence id="sequence-1">
                    <name>\(title)</name>
                    <duration>\(length)</duration>
                    \(rate)
                    \(clock(grid.recordStart))
                    <media>
                      <video>
                        <format><samplecharacteristics>\(rate)\(size)</samplecharacteristics></format>
                        <track>
            \(clips)            </track>
                      </video>
                    </media>
            \(markers)      </sequence>
                </children>
              </project>
            </xmeml>

            """
        ]
    }

    /// Tags as the clip's first comment, which editing programs show as a column; nothing where there are
    /// none.
    private func comments(_ entry: ExportEntry) -> String {
        if entry.tags.isEmpty { return "" }
        let text = xmlText(entry.tagLine)
        return "\n" + String(repeating: " ", count: 14)
            + "<comments><mastercomment1>\(text)</mastercomment1></comments>"
    }
}
