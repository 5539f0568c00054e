import Foundation
import NeuralNet
import SceneModel
import SceneSegmentation
import TensorKernels
import Testing
import Timeline

/// Networks of clips: against PyTorch, imported under two sets of names, refused where they are others.
@Suite struct MotionEncoderTests {
    static let folder = CRNFixtures.repository.appending(path: "fixtures/motion").path
    static var weights: String { "\(folder)/slow_d.safetensors" }

    /// The two recorded clips of 8 frames of 32 x 32.
    static func clips() throws -> [[RGBPicture]] {
        let bytes = try SafetensorsFile(path: "\(folder)/slow_d_io.safetensors").floats("clips")
        return (0..<2).map { clip in
            (0..<8).map { frame in
                let first = (clip * 8 + frame) * 3072
                return RGBPicture(
                    width: 32, height: 32, bytes: bytes[first..<first + 3072].map { UInt8($0) })
            }
        }
    }

    static func recorded(_ name: String) throws -> [[Float]] {
        let values = try SafetensorsFile(path: "\(folder)/slow_d_io.safetensors").floats(name)
        return [Array(values[..<128]), Array(values[128...])]
    }

    /// A model file of tensors, or the fault that there is.
    static func imported(
        _ tensors: [String: (shape: [Int], values: [Float])], clip: String? = "8x1", side: Int? = 32,
        precision: Precision? = nil
    ) throws -> SafetensorsFile {
        let path = CRNFixtures.temporaryPath() + ".safetensors"
        let output = CRNFixtures.temporaryPath() + ".safetensors"
        defer { try? FileManager.default.removeItem(atPath: path) }
        defer { try? FileManager.default.removeItem(atPath: output) }
        var writer = SafetensorsWriter()
        for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
            writer.add(name, shape: tensor.shape, floats: tensor.values)
        }
        try writer.write(to: path)
        var claims = ModelImport.Claims()
        claims.clip = clip.flatMap { ClipSampling($0) }
        claims.side = side
        claims.precision = precision
        _ = try ModelImport(path: path, output: output, claims: claims)
        return try SafetensorsFile(path: output)
    }

    static func tensors() throws -> [String: (shape: [Int], values: [Float])] {
        let file = try SafetensorsFile(path: weights)
        var tensors: [String: (shape: [Int], values: [Float])] = [:]
        for entry in file.header.entries { tensors[entry.name] = (entry.shape, try file.floats(entry.name)) }
        return tensors
    }

    /// As PySlowFast saves a run: its names, a classifier, an optimizer's state and counters.
    static func slowFast() throws -> [String: (shape: [Int], values: [Float])] {
        var renamed: [String: (shape: [Int], values: [Float])] = [:]
        for (name, tensor) in try tensors() {
            let words = name.split(separator: ".").map(String.init)
            let stage = (Int(words[1]) ?? 0) + 1
            let last = words[words.count - 1]
            var other = "s\(stage).pathway0_"
            if stage == 1 {
                other += "stem." + (words[2] == "conv" ? "conv" : "bn") + "." + last
            } else {
                other += "res\(words[3])."
                let layer = words[words.count - 2]
                let isNorm = layer.contains("norm")
                if words[4] == "branch2" {
                    other += "branch2.\(layer.suffix(1))\(isNorm ? "_bn" : "").\(last)"
                } else {
                    other += "branch1\(isNorm ? "_bn" : "").\(last)"
                }
            }
            renamed["model_state." + other] = tensor
        }
        renamed["model_state.head.projection.weight"] = ([4, 128], [Float](repeating: 0, count: 512))
        renamed["model_state.s1.pathway0_stem.bn.num_batches_tracked"] = ([1], [3])
        renamed["optimizer_state.state.0.momentum_buffer"] = ([2], [0, 0])
        return renamed
    }

    static func encoder(_ file: SafetensorsFile, threads: Int = 1) throws -> MotionShotEncoder {
        try #require(try MotionShotEncoder(file, threadCount: threads))
    }

    // MARK: PyTorch

    @Test func vectorsOfPyTorch() throws {
        let file = try Self.imported(Self.tensors())
        let (clips, expected) = (try Self.clips(), try Self.recorded("outputs"))
        let encoder = try Self.encoder(file)
        #expect(encoder.name == "slow-d" && encoder.dimension == 128)
        #expect(
            encoder.input
                == EncoderInput(
                    .clip(frames: 8, stride: 1), view: PictureGeometry(shortSide: 36, cropSide: 32)))
        let vectors = clips.map { encoder.vector(clip: $0) }
        let difference = CRNFixtures.largestDifference(vectors.flatMap(\.self), expected.flatMap(\.self))
        print("Slow-D: largest difference of a value \(difference), \(KernelVariant.best)")
        #expect(difference < 1e-4)
        // Neither what ran before nor threads show in the bits.
        #expect(encoder.vector(clip: clips[0]) == vectors[0])
        #expect(try Self.encoder(file, threads: 2).vector(clip: clips[1]) == vectors[1])
    }

    /// SLOW_8x8's first convolution sees one frame, and keeps all.
    @Test func slowWithAFirstConvolutionOfOneFrame() throws {
        var tensors = try Self.tensors()
        let io = try SafetensorsFile(path: "\(Self.folder)/slow_d_io.safetensors")
        tensors["blocks.0.conv.weight"] = ([4, 3, 1, 7, 7], try io.floats("slow_stem"))
        let encoder = try Self.encoder(try Self.imported(tensors))
        #expect(encoder.name == "slow")
        let vectors = try Self.clips().flatMap { encoder.vector(clip: $0) }
        let expected = try Self.recorded("slow_outputs").flatMap(\.self)
        #expect(CRNFixtures.largestDifference(vectors, expected) < 1e-4)
        // Unless somebody says otherwise a clip is what the network was made for.
        let usual = try Self.imported(tensors, clip: nil, side: nil)
        let outline = try #require(try EncoderOutline(usual))
        #expect(outline.family == .motion && outline.name == "slow" && outline.dimension == 128)
        #expect(
            outline.preprocessing
                == "RGB; clips of 8 pictures, 8 apart; short side to 256, bicubic; center 224 x 224; /255; "
                + "mean 0.45; deviation 0.225")
    }

    // MARK: Names

    @Test func namesOfPySlowFast() throws {
        let theirs = try Self.imported(Self.slowFast())
        let ours = try Self.imported(Self.tensors())
        #expect(theirs.encoderDigest() == ours.encoderDigest())
        let clip = try Self.clips()[0]
        #expect(try Self.encoder(theirs).vector(clip: clip) == Self.encoder(ours).vector(clip: clip))
        // Wrapped for several devices, and by an earlier import.
        let wrapped = Dictionary(
            uniqueKeysWithValues: try Self.tensors().map { ("module." + $0.key, $0.value) })
        #expect(try Self.imported(wrapped).encoderDigest() == ours.encoderDigest())
    }

    @Test func verifyAndDigest() throws {
        let file = try Self.imported(Self.tensors())
        let outline = try ModelOutline(verifying: file)
        #expect(outline.architecture == "slow-d" && outline.metadata.clip == ClipSampling("8x1"))
        #expect(outline.metadata.side == 32 && outline.metadata.packed != nil)
        // Other clips give other vectors, so they count as another encoder.
        let others = [
            try Self.imported(Self.tensors(), clip: "8x2"), try Self.imported(Self.tensors(), side: 40),
        ]
        #expect(Set(others.map { $0.encoderDigest() } + [file.encoderDigest()]).count == 3)
        // A file of several encoders' readers: no image encoder, a shot encoder.
        #expect(try ImageShotEncoder(file, threadCount: 1) == nil)
        #expect(try ShotEncoders.read(file, threadCount: 1) is MotionShotEncoder)
    }

    @Test(.enabled(if: Precision.bfloat16.isAvailable, "needs a processor with AVX512-BF16"))
    func bfloat16IsChecked() throws {
        let clip = try Self.clips()[0]
        let exact = try Self.encoder(try Self.imported(Self.tensors())).vector(clip: clip)
        let file = try Self.imported(Self.tensors(), precision: .bfloat16)
        #expect(file.metadata["scened.precision_least_cosine"] != nil)
        let rounded = try Self.encoder(file).vector(clip: clip)
        #expect(rounded != exact && PackedModelTests.cosine(rounded, exact) > 0.999)
    }

    // MARK: Faults

    @Test func othersAreRefusedInOneLine() throws {
        typealias Tensors = [String: (shape: [Int], values: [Float])]
        func resized(_ tensors: inout Tensors, _ name: String, _ shape: [Int]) {
            tensors[name] = (shape, [Float](repeating: 0.1, count: shape.reduce(1, *)))
        }
        let cases: [(text: String, change: (inout Tensors) -> Void)] = [
            (
                "the first convolution has shape [4, 3, 3, 7, 7]",
                { resized(&$0, "blocks.0.conv.weight", [4, 3, 3, 7, 7]) }
            ),
            (
                "the first convolution has shape [4, 3, 5, 5, 5]",
                { resized(&$0, "blocks.0.conv.weight", [4, 3, 5, 5, 5]) }
            ),
            (
                "sees 3 frames in blocks of stage 1",
                { resized(&$0, "blocks.1.res_blocks.0.branch2.conv_a.weight", [4, 4, 3, 1, 1]) }
            ),
            (
                "sees 1 frames in blocks of stage 3",
                { resized(&$0, "blocks.3.res_blocks.1.branch2.conv_a.weight", [16, 64, 1, 1, 1]) }
            ),
            ("is missing", { $0["blocks.2.res_blocks.0.branch1_conv.weight"] = nil }),
            ("is missing", { $0["blocks.4.res_blocks.0.branch2.norm_c.running_var"] = nil }),
            (
                "pools frames between its stages",
                { tensors in
                    for (name, tensor) in tensors where name.hasPrefix("blocks.4.") {
                        tensors[name] = nil
                        tensors["blocks.5." + name.dropFirst(9)] = tensor
                    }
                }
            ),
            (
                "holds both pathways of SlowFast",
                { resized(&$0, "s1.pathway1_stem.conv.weight", [4, 3, 5, 7, 7]) }
            ),
        ]
        for (text, change) in cases {
            var tensors = try Self.tensors()
            change(&tensors)
            let error = #expect(throws: ModelFileError.self) { try Self.imported(tensors) }
            let line = error?.description ?? ""
            #expect(line.contains(text) && !line.contains("\n") && line.contains(": "), "\(text): \(line)")
        }
        // Clips are of networks of clips alone.
        let pictures = try SafetensorsFile(path: "\(Self.folder)/../encoders/resnet_basic.safetensors")
        var tensors: Tensors = [:]
        for entry in pictures.header.entries {
            tensors[entry.name] = (entry.shape, try pictures.floats(entry.name))
        }
        let error = #expect(throws: ModelFileError.self) { try Self.imported(tensors) }
        #expect(error?.description.contains("leave --clip and --side out") ?? false)
    }

    @Test func clipsAsText() {
        #expect(ClipSampling("16x4")?.sampling == .clip(frames: 16, stride: 4))
        #expect(ClipSampling(frames: 16, stride: 4).description == "16x4")
        for text in ["16", "16x", "x4", "0x1", "16x0", "16x4x1", "257x1", "3x256", "-1x2", ""] {
            #expect(ClipSampling(text) == nil, "\(text)")
        }
    }

    @Test func wrongMetadataIsAFault() throws {
        let file = try Self.imported(Self.tensors())
        for (key, value) in [("scened.clip", "16"), ("scened.side", "31"), ("scened.side", "a")] {
            var entries = file.metadata
            entries[key] = value
            #expect(throws: ModelFileError.self) { try ModelMetadata(entries, path: "x") }
        }
    }

    // MARK: Parts

    /// A part that shows nothing is no place; one that does has the vector of its clip.
    @Test func blackPartsAreLeftOut() throws {
        let encoder = try Self.encoder(try Self.imported(Self.tensors()))
        let view = Picture.View.crop(try #require(encoder.input.view))
        let clip = try Self.clips()[0]
        func part(luma: UInt8) -> Part {
            let pictures = clip.enumerated().map { index, crop in
                Picture(
                    at: Instant(pts: Int64(index)), duration: 1,
                    analysis: AnalysisPicture(
                        planes: [UInt8](repeating: luma, count: AnalysisPicture.byteCount)),
                    views: [view: crop])
            }
            return Part(
                index: 0, shotIndex: 0, start: Instant(pts: 0), end: Instant(pts: 8), duration: 8, entry: nil,
                isLastOfShot: true, keyFrames: pictures, motion: 0)
        }
        #expect(encoder.encode(part(luma: 120)) == encoder.vector(clip: clip))
        #expect(encoder.encode(part(luma: 0)) == [Float](repeating: 0, count: 128))
    }
}
