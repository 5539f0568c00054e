import Foundation
import SceneFormats
import Testing
import Timeline

/// Whole files, byte for byte, as `fixtures/export` holds them. `SCENED_UPDATE_GOLDENS=1` writes them anew.
@Suite struct GoldenTests {
    static let samples: [(name: String, sample: SampleStream)] = [
        ("film", SampleStream()), ("drop_frame", .dropFrame), ("variable_rate", .variableRate),
        ("gap", .withGap),
        ("one_scene", .oneScene), ("no_scenes", .noScenes),
    ]

    @Test(arguments: samples.map(\.name), ExportFormat.all)
    func filesStayAsTheyAre(name: String, format: ExportFormat) throws {
        let sample = try #require(Self.samples.first { $0.name == name }).sample
        let log = try EventLog(reading: sample.lines)
        if name == "variable_rate", format == .edl {
            #expect(throws: ExportError.noTimecode(format: "edl", scene: 1)) {
                try format.text(log, title: "A film")
            }
            return
        }
        let text = try format.text(log, title: "A film")
        let file = Tool.root.appending(path: "fixtures/export/\(name).\(format.fileExtension)")
        if ProcessInfo.processInfo.environment["SCENED_UPDATE_GOLDENS"] == "1" {
            try Data(text.utf8).write(to: file)
        }
        let golden = try String(decoding: Data(contentsOf: file), as: UTF8.self)
        #expect(Array(text.utf8) == Array(golden.utf8))
    }

    /// The streams that the files above were made from, so that other programs can be tried on them.
    @Test(arguments: samples.map(\.name))
    func streamsStayAsTheyAre(name: String) throws {
        let sample = try #require(Self.samples.first { $0.name == name }).sample
        let file = Tool.root.appending(path: "fixtures/export/\(name).events.jsonl")
        let text = sample.lines.joined()
        if ProcessInfo.processInfo.environment["SCENED_UPDATE_GOLDENS"] == "1" {
            try Data(text.utf8).write(to: file)
        }
        #expect(try String(decoding: Data(contentsOf: file), as: UTF8.self) == text)
    }
}
