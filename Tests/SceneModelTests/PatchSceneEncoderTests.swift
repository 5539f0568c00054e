import Foundation
import NeuralNet
import SceneModel
import SceneSegmentation
import TensorKernels
import Testing
import Timeline

/// The scene encoder over patches, against what `fixtures/scenes/patches.py` recorded from Hugging Face.
@Suite struct PatchSceneEncoderTests {
    private static let folder = CRNFixtures.repository.appending(path: "fixtures/scenes")
    private static let side = 32

    private static func recorded() throws -> SafetensorsFile {
        try SafetensorsFile(path: folder.appending(path: "patches_io.safetensors").path)
    }

    /// Two heads, as the recorded network has them; a model file has one for each 64 columns.
    private static func network(heads: Int? = 2) throws -> VisionTransformer {
        try VisionTransformer(
            clip: SafetensorsFile(path: folder.appending(path: "patches.safetensors").path), headCount: heads)
    }

    /// As in the script.
    private static func frame(_ number: Int) -> RGBPicture {
        var bytes: [UInt8] = []
        for y in 0..<side {
            for x in 0..<side {
                for channel in 0..<3 {
                    bytes.append(
                        UInt8(
                            (x * x + 7 * y * (number + 1) + 3 * x * y + 61 * channel + 29 * number) & 255))
                }
            }
        }
        return RGBPicture(width: side, height: side, bytes: bytes)
    }

    private static func fill(_ plan: ImagePlan, _ frames: [RGBPicture]) {
        let table = PicturePreparation.clip(side: side).valueTable()
        for (place, frame) in frames.enumerated() {
            for row in 0..<side {
                plan.input.withRow(image: 0, row: place * side + row) { target in
                    for index in 0..<3 * side {
                        target[index] = table[256 * (index % 3) + Int(frame.bytes[3 * side * row + index])]
                    }
                }
            }
        }
    }

    private static func outputs(
        frames: Int, keepsTokens: Bool = true, threads: Int = 1, reversed: Bool = false
    ) throws -> (tokens: [Float], vector: [Float]) {
        let plan = try network().makePlan(
            batch: 1, frames: frames, keepsTokens: keepsTokens, threadCount: threads)
        let pictures = (0..<frames).map(frame)
        fill(plan, reversed ? pictures.reversed() : pictures)
        plan.plan.run()
        let tokens = plan.tokens.map { map in (0..<map.width).flatMap { map.pixel(image: 0, column: $0) } }
        return (tokens ?? [], plan.output.pixel(image: 0))
    }

    // MARK: Against Hugging Face

    @Test(arguments: [1, 2, 4, 9])
    func tallPictures(frames: Int) throws {
        let io = try Self.recorded()
        let found = try Self.outputs(frames: frames)
        let (tokens, vector) = try (io.floats("tokens.\(frames)"), io.floats("embedding.\(frames)"))
        #expect(found.tokens.count == tokens.count && found.vector.count == vector.count)
        let largest = try #require(tokens.map(abs).max())
        #expect(largest > 1)
        #expect(CRNFixtures.largestDifference(found.tokens, tokens) < 1e-5 * largest)
        #expect(CRNFixtures.largestDifference(found.vector, vector) < 1e-5 * largest)
        // The order of the frames shows.
        if frames > 1 {
            let other = try Self.outputs(frames: frames, reversed: true).vector
            #expect(CRNFixtures.largestDifference(other, vector) > 1e-2)
        }
    }

    @Test(arguments: PositionInterpolation.allCases, [2, 3, 9])
    func positions(interpolation: PositionInterpolation, frames: Int) throws {
        let name = interpolation == .bicubic ? "bicubic" : "bilinear"
        let expected = try CRNFixtures.matrix(Self.recorded(), "positions.\(name).\(frames)")
        let found = interpolation.positions(try Self.network().positions, frames: frames)
        #expect(found.rows == expected.rows && expected.rows == 1 + 16 * frames)
        let columns = (0..<found.rows).flatMap { found.row($0).prefix(expected.columns) }
        #expect(CRNFixtures.largestDifference(columns, expected.values) < 1e-6)
    }

    // MARK: Beside the path of one picture

    @Test(arguments: PositionInterpolation.allCases)
    func oneFrameIsThePlainPath(interpolation: PositionInterpolation) throws {
        let network = try Self.network()
        #expect(interpolation.positions(network.positions, frames: 1) == network.positions)
        let plain = network.makeEncoder(batch: 1).encode(crops: [Self.frame(0)])[0]
        for keepsTokens in [false, true] {
            #expect(try Self.outputs(frames: 1, keepsTokens: keepsTokens).vector == plain)
        }
    }

    @Test(arguments: [1, 2, 9, 16])
    func neitherThreadsNorTokensMakeADifference(frames: Int) throws {
        let alone = try Self.outputs(frames: frames, keepsTokens: false)
        #expect(try Self.outputs(frames: frames, keepsTokens: false, threads: 3).vector == alone.vector)
        #expect(try Self.outputs(frames: frames, threads: 2).vector == alone.vector)
    }

    // MARK: The encoder of a file

    private static func encoder(
        shots: Int = 9, framesPerShot: Int = 1, interpolation: PositionInterpolation = .bicubic,
        _ change: (inout ModelImport.Claims) -> Void = { _ in }
    ) throws -> PatchSceneEncoder {
        var claims = ModelImport.Claims()
        claims.sceneLayout = PatchLayout(
            shots: shots, framesPerShot: framesPerShot, interpolation: interpolation)
        change(&claims)
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        _ = try ModelImport(
            path: folder.appending(path: "patches.safetensors").path, output: path, claims: claims)
        let file = try SafetensorsFile(path: path)
        _ = try ModelOutline(verifying: file)
        return try PatchSceneEncoder(file, threadCount: 2)
    }

    private static func parts(_ pictures: [[RGBPicture]]) -> [ScenePart] {
        pictures.map { ScenePart(embedding: [], seconds: 2, pictures: $0) }
    }

    private static let black = RGBPicture(
        width: side, height: side, bytes: [UInt8](repeating: 16, count: 3 * side * side))

    @Test(arguments: [1, 4, 9])
    func vectorsAreUnitVectors(frames: Int) throws {
        let encoder = try Self.encoder()
        let parts = Self.parts((0..<frames).map { [Self.frame($0)] })
        let vector = encoder.encode(parts, width: 0)
        #expect(vector.count == 24 && encoder.dimension(embeddings: 7) == 24)
        #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-6)
        #expect(encoder.encode(parts, width: 0) == vector)
        // The same frames, otherwise divided among parts.
        #expect(encoder.encode(Self.parts([(0..<frames).map(Self.frame)]), width: 0) == vector)
        let plan = try Self.network(heads: nil).makePlan(batch: 1, frames: frames)
        Self.fill(plan, (0..<frames).map(Self.frame))
        plan.plan.run()
        let expected = plan.output.pixel(image: 0)
        let length = expected.reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(CRNFixtures.largestDifference(vector, expected.map { $0 / length }) < 1e-6)
    }

    @Test func whatShowsNothingDoesNotCount() throws {
        let encoder = try Self.encoder()
        let zero = [Float](repeating: 0, count: 24)
        #expect(encoder.encode([], width: 0) == zero)
        #expect(encoder.encode(Self.parts([[Self.black], [Self.black]]), width: 0) == zero)
        let seen = Self.parts([[Self.frame(3)], [Self.frame(4)]])
        let mixed = Self.parts([[Self.black, Self.frame(3)], [Self.black], [Self.frame(4)]])
        #expect(encoder.encode(mixed, width: 0) == encoder.encode(seen, width: 0))
        let all = try Self.encoder { $0.blankRule = .embed }
        #expect(all.encode(mixed, width: 0) != all.encode(seen, width: 0))
    }

    /// All that decides vectors is in the digest; what the encoder is called is not.
    @Test func digests() throws {
        let encoder = try Self.encoder()
        #expect(encoder.name == "patches-1" && encoder.digest?.count == 64)
        #expect(encoder.refusal(encoder: "clip", digest: nil, width: 24) != nil)
        #expect(try Self.encoder { $0.license = "any" }.digest == encoder.digest)
        let others = try [
            Self.encoder(shots: 8), Self.encoder(shots: 8, framesPerShot: 2),
            Self.encoder(interpolation: .bilinear), Self.encoder { $0.activation = .gelu },
            Self.encoder { $0.blankRule = .embed },
        ]
        #expect(Set(others.map(\.digest) + [encoder.digest]).count == 6)
        // How shots are laid out changes no embedding of a picture; the last two do.
        #expect(others.prefix(3).allSatisfy { $0.images.digest == encoder.images.digest })
        #expect(Set(others.suffix(2).map(\.images.digest) + [encoder.images.digest]).count == 3)
        let (parts, two) = (
            Self.parts([[Self.frame(0)], [Self.frame(1)]]),
            others[2].encode(Self.parts([[Self.frame(0)], [Self.frame(1)]]), width: 0)
        )
        #expect(encoder.encode(parts, width: 0) != two)
    }

    @Test func layoutsHaveABound() throws {
        #expect(PatchLayout() == PatchLayout(shots: 9, framesPerShot: 1, interpolation: .bicubic))
        for (shots, frames, isPossible) in [
            (1, 1, true), (16, 1, true), (17, 1, false), (8, 2, true), (9, 2, false), (5, 3, true),
            (1, 4, false), (0, 1, false), (-1, -1, false), (1, 0, false), (.max, 2, false),
        ] {
            #expect((PatchLayout(shots: shots, framesPerShot: frames) != nil) == isPossible)
        }
        // A file that says otherwise.
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        for (shots, interpolation) in [("17", "tall-bicubic"), ("x", "tall-bicubic"), ("9", "wide")] {
            let writer = SafetensorsWriter(metadata: [
                "scened.scene_encoder": "patches-1", "scened.scene_shots": shots,
                "scened.scene_frames_per_shot": "1", "scened.scene_interpolation": interpolation,
            ])
            try writer.write(to: path)
            #expect(throws: ModelFileError.self) { try SceneEncoders.read(SafetensorsFile(path: path)) }
            #expect(throws: ModelFileError.self) { try ModelOutline(file: SafetensorsFile(path: path)) }
        }
    }

    /// Evenly spread, whatever the numbers.
    @Test func whichPicturesAreSeen() {
        func pictures(_ parts: Int, _ frames: Int) -> ScenePictures {
            ScenePictures(
                geometry: PictureGeometry(shortSide: 32, cropSide: 32), mostParts: parts,
                framesPerPart: frames)
        }
        #expect(pictures(9, 1).places(of: 0) == [])
        #expect(pictures(9, 1).places(of: 9) == Array(0..<9))
        #expect(pictures(3, 1).places(of: 4) == [0, 2, 3])
        #expect(pictures(3, 1).places(of: 9) == [1, 4, 7])
        #expect(pictures(1, 1).places(of: 5) == [2])
        for count in 1...60 {
            let places = pictures(7, 1).places(of: count)
            #expect(places.count == min(7, count) && Set(places).count == places.count)
            #expect(places == places.sorted() && places.allSatisfy { 0..<count ~= $0 })
        }
        #expect((1...3).map { pictures(1, $0).frames(of: 3) } == [[1], [0, 2], [0, 1, 2]])
        #expect((1...3).map { pictures(1, $0).frames(of: 1) } == [[0], [0, 0], [0, 0, 0]])
        #expect(pictures(1, 1).frames(of: 0) == [])
    }
}
