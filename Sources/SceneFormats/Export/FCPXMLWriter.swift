import SceneEvents
import Timeline

extension ExportFormat {
    package static let fcpxml = ExportFormat(
        name: "fcpxml", suffix: ".fcpxml", summary: "Final Cut Pro X, Resolve (FCPXML 1.10)",
        options: [.title, .label, .of, .media, .startTimecode, .rate], FCPXMLWriter())
}

/// Final Cut Pro's XML, version 1.10: one clip per entry with a chapter marker, gaps between. Every time is
/// a whole number of frames, written as a fraction, the zero too: some readers know no other form.
struct FCPXMLWriter: LogWriter {
    func write(_ list: ExportList) throws(ExportError) -> [String] {
        let grid = try FrameGrid(list, format: "fcpxml")
        let (rate, length) = (grid.rate, grid.length(list))
        func time(_ frames: Int64) -> String { "\(frames * rate.denominator)/\(rate.numerator)s" }
        func gap(_ frames: Range<Int64>) -> String {
            """
                          <gap name="Gap" offset="\(time(grid.recordStart + frames.lowerBound))" start="\(time(0))" \
            duration="\(time(Int64(frames.count)))"/>

            """
        }
        let media = list.log.start.media
        let size =
            media.width > 0 && media.height > 0 ? " width=\"\(media.width)\" height=\"\(media.height)\"" : ""
        let title = xmlText(list.title).isEmpty ? "scenes" : xmlText(list.title)
        let tcFormat = grid.timecode?.isDropFrame == true ? "DF" : "NDF"
        var text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE fcpxml>
            <fcpxml version="1.10">
              <resources>
                <format id="r1" frameDuration="\(time(1))"\(size)/>
                <asset id="r2" name="\(xmlText(list.media.name))" start="\(time(grid.sourceStart))" \
            duration="\(time(length))" hasVideo="1" format="r1">
                  <media-rep kind="original-media" src="\(xmlText(list.media.url))"/>
                </asset>
              </resources>
              <library>
                <event name="\(title)">
                  <project name="\(title)">
                    <sequence format="r1" duration="\(time(length))" tcStart="\(time(grid.recordStart))" \
            tcFormat="\(tcFormat)">
                      <spine>

            """
        var place: Int64 = 0
        for entry in list.entries {
            try list.checkStart(of: entry, format: "fcpxml")
            let frames = grid.range(entry)
            let start = max(frames.lowerBound, place)
            if start > place { text += gap(place..<start) }
            place = max(frames.upperBound, start + 1)
            let (label, source) = (xmlText(entry.label), time(grid.sourceStart + start))
            text += """
                          <asset-clip ref="r2" name="\(label)" offset="\(time(grid.recordStart + start))" \
                start="\(source)" duration="\(time(place - start))" tcFormat="\(tcFormat)">
                            <chapter-marker start="\(source)" duration="\(time(1))" value="\(label)" \
                posterOffset="\(time(0))"/>\(keywords(entry, source, time(place - start)))
                          </asset-clip>

                """
        }
        if list.entries.isEmpty { text += gap(0..<length) }
        text += """
                      </spine>
                    </sequence>
                  </project>
                </event>
              </library>
            </fcpxml>

            """
        return [text]
    }

    /// Tags over the whole clip, as Final Cut Pro's keywords; nothing where there are none. `start`,
    /// `duration`: of the clip.
    private func keywords(_ entry: ExportEntry, _ start: String, _ duration: String) -> String {
        if entry.tags.isEmpty { return "" }
        let indent = String(repeating: " ", count: 12)
        return "\n\(indent)<keyword start=\"\(start)\" duration=\"\(duration)\" "
            + "value=\"\(xmlText(entry.tagLine))\"/>"
    }
}
