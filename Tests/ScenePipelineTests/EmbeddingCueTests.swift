import Foundation
import MediaInput
import SceneModel
import ScenePipeline
import SceneSegmentation
import TestSupport
import Testing
import Timeline

/// A file of embeddings with several similarity cues.
@Suite struct EmbeddingCueTests {
    private static func record(further: [any ShotEncoder]) throws -> EmbeddingRecord {
        var options = SegmentOptions()
        options.split = .thirds
        options.sound = further.isEmpty ? .none : .best
        let reader = try EmbeddingReader(
            .url(Fixtures.twoRooms()), mediaOptions: MediaOptions(), options: options,
            encoder: DescriptorEncoder(), further: further, stop: StopFlag())
        while reader.next() != nil {}
        return reader.record
    }

    private static func starts(_ record: EmbeddingRecord) -> [Double] {
        record.scenes().map { record.info.media.clock.seconds(at: $0.start.pts) }
    }

    /// What is known of the scenes of a file of embeddings comes of all cues that it holds, also once it was
    /// written and read again.
    @Test(arguments: ["npz", "safetensors"]) func scenesComeOfAllCues(format: String) throws {
        let heard = try Self.record(further: [SoundDescriptorEncoder()])
        let deaf = try Self.record(further: [])
        #expect(Self.starts(heard) == [0, 9])
        #expect(Self.starts(deaf) != [0, 9] && deaf.info.further == nil)
        let path = FileManager.default.temporaryDirectory
            .appending(path: "scened-cues-\(UUID().uuidString).\(format)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try heard.write(to: path)
        let again = try EmbeddingRecord(path: path)
        #expect(again.info == heard.info && again.info.further?.map(\.encoder) == ["sound-1"])
        #expect(again.encodedParts.map(\.furtherEmbeddings) == heard.encodedParts.map(\.furtherEmbeddings))
        #expect(again.encodedParts.allSatisfy { $0.furtherEmbeddings[0].contains { $0 != 0 } })
        #expect(Self.starts(again) == [0, 9])
    }

    /// A second file's embeddings stand behind those that the first one has.
    @Test func aSecondFileIsAnotherCue() throws {
        var record = try Self.record(further: [SoundDescriptorEncoder()])
        let other = try Self.record(further: [])
        let isAdded = record.add(further: other)
        #expect(isAdded)
        #expect(record.info.further?.map(\.encoder) == ["sound-1", "descriptor-1"])
        #expect(record.encodedParts.map { $0.furtherEmbeddings[1] } == other.encodedParts.map(\.embedding))
    }

    /// A file whose description and arrays differ is refused in one line.
    @Test func whatDoesNotFitIsRefused() throws {
        let url = FileManager.default.temporaryDirectory
            .appending(path: "scened-cues-\(UUID().uuidString).safetensors")
        defer { try? FileManager.default.removeItem(at: url) }
        let heard = try Self.record(further: [SoundDescriptorEncoder()])
        try heard.write(to: url.path)
        let whole = try Data(contentsOf: url)
        let width = heard.info.further?[0].dimension ?? 0
        #expect((10...98).contains(width))
        // Of equal length, so that nothing else moves.
        let described = #"\"dimension\":\#(width),\"encoder\":\"sound-1"#
        let faults = [
            (described, #"\"dimension\":\#(width + 1),\"encoder\":\"sound-1"#, "embeddings_2 is"),
            (described, #"\"dimension\":-1,\"encoder\":\"sound-1"#, "not one of embed"),
            (#""embeddings_2""#, #""embeddings_9""#, "embeddings_2 is missing"),
        ]
        for (text, other, words) in faults {
            var data = whole
            let place = try #require(data.range(of: Data(text.utf8)), "\(text)")
            data.replaceSubrange(place, with: Data(other.utf8))
            try data.write(to: url)
            let failure = #expect(throws: EmbeddingFileError.self) { try EmbeddingRecord(path: url.path) }
            #expect(failure?.description.contains(words) == true, "\(words): \(String(describing: failure))")
        }
    }
}
