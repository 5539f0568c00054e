import Foundation
import MediaInput
import NeuralNet
import SceneEvents
import SceneModel
import ScenePipeline
import SceneSegmentation
import TensorKernels
import TestSupport
import Testing
import Timeline

/// Files of embeddings as they are read, also those that other programs wrote or damaged.
@Suite struct EmbeddingFileTests {
    /// Two shots, a gap of no length, and two shots.
    private static func record() throws -> EmbeddingRecord {
        let reader = try EmbeddingReader(
            .url(Fixtures.path("restart.ts")), mediaOptions: MediaOptions(), options: SegmentOptions(),
            encoder: DescriptorEncoder(), stop: StopFlag())
        while reader.next() != nil {}
        return reader.record
    }

    /// Runs `body` with the path of a file that is not there yet; it goes when the body is done.
    private static func withPath<Result>(_ body: (String) throws -> Result) throws -> Result {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "scened-record-\(UUID().uuidString).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    /// The record as it is read from a file whose times all lie `shift` ticks later, and whose description
    /// `describe` changes.
    private static func shifted(
        _ record: EmbeddingRecord, by shift: Int64, describe: (String) -> String = { $0 }
    ) throws -> EmbeddingRecord {
        try withPath { path -> EmbeddingRecord in
            try record.write(to: path)
            let file = try SafetensorsFile(path: path)
            let start = record.info.media.startPTS
            let info = try #require(file.metadata["scened.info"])
            let moved = info.replacing("\"start_pts\":\(start)", with: "\"start_pts\":\(start + shift)")
            #expect(moved != info || shift == 0)
            var writer = SafetensorsWriter(metadata: ["scened.info": describe(moved)])
            for entry in file.header.entries {
                if entry.type == .int64 {
                    let isTime = entry.name.hasSuffix("_pts") || entry.name == "picture_horizon"
                    let values = try file.integers(entry.name)
                    writer.add(
                        entry.name, shape: entry.shape, integers: isTime ? values.map { $0 &+ shift } : values
                    )
                } else {
                    writer.add(entry.name, shape: entry.shape, floats: try file.floats(entry.name))
                }
            }
            try writer.write(to: path)
            return try EmbeddingRecord(path: path)
        }
    }

    private static func starts(_ record: EmbeddingRecord) -> [Double] {
        record.scenes().map { record.info.media.clock.seconds(at: $0.start.pts) }
    }

    /// Times up to the last plausible one are scored, whatever the deadline; what lies beyond is refused.
    @Test func timesAreBounded() throws {
        let record = try Self.record()
        let end = try #require(record.lastInstant).pts
        let start = record.info.media.startPTS
        let latest = try Self.shifted(record, by: MediaClock.farthest - end)
        #expect(Self.starts(latest) == Self.starts(record) && !Self.starts(record).isEmpty)
        // The finest clock and the longest deadline that are taken.
        let base = record.info.media.timeBaseDenominator
        let late = try Self.shifted(record, by: MediaClock.farthest - end) { info in
            info.replacing("\"time_base_denominator\":\(base)", with: "\"time_base_denominator\":2147483647")
                .replacing("\"min_shot\"", with: "\"deadline\":900000000,\"min_shot\"")
        }
        #expect(late.info.options.deadline == 900_000_000 && !late.scenes().isEmpty)
        let shifts: [Int64] = [
            MediaClock.farthest - end + 1, MediaClock.farthest + 1 - start,
            4 * MediaClock.farthest - 1 - start, -MediaClock.farthest - 1 - start,
        ]
        for shift in shifts {
            let failure = #expect(throws: EmbeddingFileError.self) { try Self.shifted(record, by: shift) }
            #expect(failure?.code == .unusable, "\(String(describing: failure))")
        }
        let failure = #expect(throws: EmbeddingFileError.self) {
            try Self.shifted(record, by: 0) {
                $0.replacing("\"start_pts\"", with: "\"start_offset\":9000000000000000000,\"start_pts\"")
            }
        }
        #expect(failure?.description.contains("its clock is not one") == true)
    }

    /// Other widths of the same kinds of numbers are taken, as NumPy and others choose them; other kinds are
    /// named, not called missing.
    @Test func otherWidthsOfNumbers() throws {
        let record = try Self.record()
        try Self.withPath { path in
            try record.write(to: path)
            let file = try SafetensorsFile(path: path)
            try Self.bytes(of: file, wide: ["embeddings"], flags: ["part_is_first", "shot_is_mixed"])
                .write(to: URL(fileURLWithPath: path), options: .atomic)
            let again = try EmbeddingRecord(path: path)
            #expect(again.encodedParts.map(\.embedding) == record.encodedParts.map(\.embedding))
            #expect(again.shots == record.shots)
            try Self.bytes(of: file, wide: ["embeddings"], flags: [], flat: true)
                .write(to: URL(fileURLWithPath: path), options: .atomic)
            let failure = #expect(throws: EmbeddingFileError.self) { try EmbeddingRecord(path: path) }
            #expect(
                failure?.description.contains(
                    "array embeddings does not hold floating-point numbers in two dimensions") == true)
        }
    }

    /// The file with some matrices as F64 (with `flat` in one dimension), and some integers as BOOL.
    private static func bytes(
        of file: SafetensorsFile, wide: Set<String>, flags: Set<String>, flat: Bool = false
    ) throws -> Data {
        var header: [String: Any] = ["__metadata__": file.metadata]
        var data = Data()
        func append(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
        }
        for entry in file.header.entries {
            let start = data.count
            let type: String
            if wide.contains(entry.name) {
                type = "F64"
                for value in try file.floats(entry.name) { append(Double(value).bitPattern) }
            } else if flags.contains(entry.name) {
                type = "BOOL"
                for value in try file.integers(entry.name) { append(UInt8(value)) }
            } else if entry.type == .int64 {
                type = "I64"
                for value in try file.integers(entry.name) { append(value) }
            } else {
                type = "F32"
                for value in try file.floats(entry.name) { append(value.bitPattern) }
            }
            let shape = flat && wide.contains(entry.name) ? [entry.elementCount] : entry.shape
            header[entry.name] =
                ["dtype": type, "data_offsets": [start, data.count], "shape": shape] as [String: Any]
        }
        let text = try JSONSerialization.data(withJSONObject: header)
        var whole = Data()
        withUnsafeBytes(of: UInt64(text.count).littleEndian) { whole.append(contentsOf: $0) }
        whole.append(text)
        whole.append(data)
        return whole
    }

    /// Nothing follows from the parts before a gap, also where the gap has no length (contract 1): what
    /// `embed` writes is what `score` tells.
    @Test func surprisesEndAtGaps() throws {
        var record = try Self.record()
        let width = record.info.dimension
        var sizes = Contextualizer.Sizes()
        (sizes.width, sizes.inner, sizes.headCount, sizes.layerCount, sizes.tokenCount) = (8, 12, 2, 1, 2)
        var random = RandomStream(seed: 8, purpose: .order)
        let rows = Matrix(
            rows: 12, columns: width,
            values: (0..<12 * width).map { _ in Float(random.fraction() * 2 - 1) })
        let model = SurpriseModel(
            network: Contextualizer(embeddingWidth: width, sizes: sizes, seed: 4),
            centering: EmbeddingCentering(mean: [Float](repeating: 0, count: width)),
            reference: UnitRows(rows).values,
            levels: NoveltyLevels(quantiles: [Float](repeating: 1, count: NoveltyLevels.count)),
            temperature: 0.1)
        record.measureSurprises(by: model)
        let written = try Self.withPath { path -> [Float] in
            try record.write(to: path)
            return try SafetensorsFile(path: path).floats("part_surprise")
        }
        var options = SegmentOptions()
        options.take(record.info)
        options.surprise = SurpriseOptions(model: model)
        let chosen = ChosenScorer(neighborCount: options.neighborCount, encoder: record.info.encoder)
        var replay = EmbeddingReplay(record, scorer: chosen.scorer, options: options)
        var told: [Nats?] = []
        while let events = replay.next() {
            for case .shot(let shot) in events { told += shot.parts.map(\.surprise) }
        }
        let expected: [Nats?] = written.map { $0 < 0 ? nil : Nats(Double($0)) }
        #expect(expected == told)
        #expect(told.map { $0 == nil } == [true, false, true, false])
    }
}
