import Timeline

extension ExportFormat {
    package static let matroska = ExportFormat(
        name: "matroska", suffix: ".chapters.xml", summary: "chapters for mkvmerge --chapters, exact",
        options: [.label, .of, .gaps], MatroskaWriter())
}

/// Matroska chapters as MKVToolNix reads them, valid against its DTD, in nanoseconds from the start of the
/// file that are never before their picture. Titles are of no language ("und"), and identities follow from
/// those of the events, so that the same scenes give the same file.
struct MatroskaWriter: LogWriter {
    func write(_ list: ExportList) throws(ExportError) -> [String] {
        var text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE Chapters SYSTEM "matroskachapters.dtd">
            <Chapters>

            """
        // An edition holds a chapter at least.
        if !list.entries.isEmpty {
            text += """
                  <EditionEntry>
                    <EditionUID>\(identity("edition"))</EditionUID>
                    <EditionFlagHidden>0</EditionFlagHidden>
                    <EditionFlagOrdered>0</EditionFlagOrdered>
                    <EditionFlagDefault>1</EditionFlagDefault>

                """
            for entry in list.entries {
                try list.checkStart(of: entry, format: "matroska")
                text += """
                        <ChapterAtom>
                          <ChapterTimeStart>\(time(entry.start, list))</ChapterTimeStart>
                          <ChapterTimeEnd>\(time(entry.end, list))</ChapterTimeEnd>
                          <ChapterUID>\(identity(entry.id))</ChapterUID>
                          <ChapterFlagHidden>0</ChapterFlagHidden>
                          <ChapterFlagEnabled>1</ChapterFlagEnabled>
                          <ChapterDisplay>
                            <ChapterString>\(xmlText(entry.label))</ChapterString>
                            <ChapterLanguage>und</ChapterLanguage>
                          </ChapterDisplay>
                        </ChapterAtom>

                    """
            }
            text += "  </EditionEntry>\n"
        }
        return [text + "</Chapters>\n"]
    }

    private func time(_ ticks: Int64, _ list: ExportList) -> String {
        let (seconds, rest) = list.log.timeBase.ceiling(ticks, perSecond: 1_000_000_000)
            .quotientAndRemainder(dividingBy: 1_000_000_000)
        return hoursText(seconds: seconds) + "." + padded(rest, to: 9)
    }

    /// A number that is not 0, from a text: FNV-1a, 64 bits.
    private func identity(_ text: String) -> UInt64 {
        let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return max(hash, 1)
    }
}
