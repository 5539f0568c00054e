package import Timeline

/// What a person chooses for the files that are written. nil is the format's own choice.
package struct ExportOptions: Hashable, Sendable {
    /// What is listed.
    package enum Subject: String, Hashable, Sendable, CaseIterable {
        case scenes, shots, blocks
    }

    /// Whether an edit list says how it counts timecode.
    package enum FrameCodeMode: String, Hashable, Sendable, CaseIterable {
        case auto, none
    }

    /// Title of the list. Any text.
    package var title: String?
    /// Name of each entry, in which `{number}` and `{id}` stand for its own. Any text.
    package var label: String?
    package var subject: Subject?
    /// Stretches without an entry get one.
    package var listsGaps = false
    /// Path or address of the film, as other programs find it.
    package var media: String?
    /// Timecode of the film's first picture in the list.
    package var startTimecode: TimecodeLabel?
    /// Frames a second, where the stream's own are not wanted, or not constant.
    package var rate: FrameRate?
    package var frameCodeMode: FrameCodeMode?
    /// Wall-clock time at which the file starts.
    package var programDateTime: WallTime?

    package init(title: String? = nil) { self.title = title }

    /// Those that were chosen.
    package var chosen: Set<ExportOption> {
        var chosen: Set<ExportOption> = []
        if title != nil { chosen.insert(.title) }
        if label != nil { chosen.insert(.label) }
        if subject != nil { chosen.insert(.of) }
        if listsGaps { chosen.insert(.gaps) }
        if media != nil { chosen.insert(.media) }
        if startTimecode != nil { chosen.insert(.startTimecode) }
        if rate != nil { chosen.insert(.rate) }
        if frameCodeMode != nil { chosen.insert(.fcm) }
        if programDateTime != nil { chosen.insert(.programDateTime) }
        return chosen
    }

    /// Throws where an option was chosen that none of `formats` uses.
    package func check(for formats: [ExportFormat]) throws(ExportError) {
        for option in ExportOption.allCases where chosen.contains(option) {
            guard !formats.contains(where: { $0.options.contains(option) }) else { continue }
            throw .unusedOption(
                option, formats: formats.map(\.name),
                users: ExportFormat.all.filter { $0.options.contains(option) }.map(\.name))
        }
    }
}

/// An option by its name on the command line, `--` left out.
package enum ExportOption: String, Hashable, Sendable, CaseIterable {
    case title, label, of, gaps, media
    case startTimecode = "start-timecode"
    case rate, fcm
    case programDateTime = "program-date-time"
}
