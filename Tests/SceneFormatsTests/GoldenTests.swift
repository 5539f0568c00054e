import TestSupport
import SceneFormats
import Testing
import Timeline

/// Whole files, byte for byte, as `fixtures/export` holds them. `SCENED_UPDATE_GOLDENS=1` writes them anew.
@Suite struct GoldenTests {
    static let samples: [(name: String, sample: SampleStream)] = [
        ("film", SampleStream()), ("drop_frame", .dropFrame), ("variable_rate", .variableRate),
        ("gap", .withGap), ("tagged", .tagged),
        ("one_scene", .oneScene), ("no_scenes", .noScenes),
    ]

    @Test(arguments: samples.map(\.name), ExportFormat.all)
    func filesStayAsTheyAre(name: String, format: ExportFormat) throws {
        let sample = try #require(Self.samples.first { $0.name == name }).sample
        let log = try EventLog(reading: sample.lines)
        let countsFrames: [ExportFormat] = [.edl, .resolve, .otio, .fcpxml, .fcp7]
        if name == "variable_rate", countsFrames.contains(format) {
            #expect(throws: ExportError.noFrameRate(format: format.name)) {
                try format.text(log, title: "A film")
            }
            return
        }
        // The others are too short for three chapters: `ExportOptionsTests`.
        if format == .youtube, name != "tagged" {
            #expect(throws: ExportError.self) { try format.text(log, title: "A film") }
            return
        }
        let text = try format.text(log, title: "A film")
        try Golden.compare(text, with: "export/\(name)\(format.suffix)")
    }

    /// The streams that the files above were made from, so that other programs can be tried on them.
    @Test(arguments: samples.map(\.name))
    func streamsStayAsTheyAre(name: String) throws {
        let sample = try #require(Self.samples.first { $0.name == name }).sample
        try Golden.compare(sample.lines.joined(), with: "export/\(name).events.jsonl")
    }
}
