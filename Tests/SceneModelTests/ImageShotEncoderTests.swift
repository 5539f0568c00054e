import Foundation
import NeuralNet
import SceneModel
import SceneSegmentation
import Testing
import Timeline

/// A part becomes the mean of its key frames' vectors.
@Suite struct ImageShotEncoderTests {
    static func file(_ name: String) throws -> SafetensorsFile {
        try SafetensorsFile(path: ImageFixtures.golden.appending(path: "\(name).safetensors").path)
    }

    static func part(_ crops: [RGBPicture], _ geometry: PictureGeometry, luma: [UInt8] = [120, 120, 120])
        -> Part
    {
        let pictures = zip(crops, luma).enumerated().map { index, pair in
            let (crop, luma) = pair
            let analysis = AnalysisPicture(
                planes: [UInt8](repeating: luma, count: AnalysisPicture.byteCount))
            return Picture(
                at: Instant(pts: Int64(index)), duration: 1, analysis: analysis,
                views: [.crop(geometry): crop])
        }
        return Part(
            index: 0, shotIndex: 0, start: Instant(pts: 0), end: Instant(pts: 3), duration: 3, entry: nil,
            isLastOfShot: true, keyFrames: pictures, motion: 0)
    }

    static func crops(_ geometry: PictureGeometry) -> [RGBPicture] {
        (1...3).map {
            ImageFixtures.picture(width: geometry.cropSide, height: geometry.cropSide, seed: UInt64($0))
        }
    }

    @Test func embeddingIsTheMeanOfThree() throws {
        let file = try Self.file("resnet_k2")
        let encoder = try #require(try ImageShotEncoder(file, threadCount: 2))
        let geometry = try #require(encoder.input.view)
        #expect(geometry == PictureGeometry(shortSide: 256, cropSide: 224))
        #expect(
            encoder.name == "resnet" && encoder.dimension == 12 && encoder.input.sampling == .keyFrames(3))
        let crops = Self.crops(geometry)
        let embedding = encoder.encode(Self.part(crops, geometry))
        let single = try ResNetOneByOne(file)
        let vectors = crops.map { single.encoder.encode(crops: [$0])[0] }
        #expect(Set(vectors).count == 3)
        for index in embedding.indices {
            let mean = vectors.reduce(Double(0)) { $0 + Double($1[index]) } / 3
            #expect(abs(Double(embedding[index]) - mean) < 1e-5)
        }
        #expect(encoder.encode(Self.part(crops, geometry)) == embedding)
        let other = try #require(try ImageShotEncoder(file, threadCount: 1))
        #expect(
            other.encode(Self.part(crops, geometry)) == embedding, "the number of threads makes no difference"
        )
    }

    /// The rule of the file, or what goes with its networks; a part of which one picture shows something is a
    /// place.
    @Test(
        arguments: [
            (BlankRule?.none, [20, 0, 31], true), (.skip, [20, 0, 31], true), (.embed, [20, 0, 31], false),
            (nil, [20, 120, 31], false), (.skip, [33, 33, 33], false),
        ] as [(BlankRule?, [UInt8], Bool)])
    func blankPartsAreNoPlace(_ rule: BlankRule?, _ luma: [UInt8], _ isLeftOut: Bool) throws {
        let network = try ResNet(Self.file("resnet_k2"))
        let encoder = ImageShotEncoder(
            name: "resnet", images: network.makeEncoder(batch: 3), blankRule: rule ?? .skip,
            makeSingle: { network.makeEncoder(batch: 1) })
        let geometry = try #require(encoder.input.view)
        let part = Self.part(Self.crops(geometry), geometry, luma: luma)
        #expect(encoder.encode(part).allSatisfy { $0 == 0 } == isLeftOut)
        #expect(encoder.encodeMiddle(part).allSatisfy { $0 == 0 } == isLeftOut)
    }

    @Test(arguments: [
        ([:], BlankRule.skip), (["scened.blank": "embed"], .embed), (["scened.blank": "skip"], .skip),
    ])
    func theRuleStandsInTheFile(_ entries: [String: String], _ rule: BlankRule) throws {
        let metadata = try ModelMetadata(entries, path: "a")
        #expect(try ModelMetadata(metadata.entries, path: "a") == metadata)
        #expect((metadata.blankRule ?? .skip) == rule)
        #expect(throws: ModelFileError.self) { try ModelMetadata(["scened.blank": "never"], path: "a") }
    }

    /// BaSSL's network was trained on the vectors of all shots, black ones too.
    @Test func theUsualRuleGoesWithTheNetwork() throws {
        #expect(BlankRule.usual(of: try Self.file("resnet_basic")) == .skip)
        #expect(try ImageShotEncoder(Self.file("resnet_k2"), threadCount: 1)?.blankRule == .embed)
    }

    /// A crop of the encoder's own size goes through preparation unchanged where nothing is resized.
    @Test func cropsAreTakenAsTheyAre() throws {
        let encoder = try VisionTransformer(
            clip: VisionTransformerGoldenTests.source("clip"), headCount: 3
        ).makeEncoder()
        let geometry = encoder.preparation.geometry
        #expect(geometry.shortSide == geometry.cropSide)
        let crops = Self.crops(geometry)
        #expect(encoder.encode(crops: crops) == encoder.encode(crops))
    }

    @Test func filesWithoutAnEncoderHaveNone() throws {
        let path = CRNFixtures.golden.appending(path: "k2.safetensors").path
        #expect(try ImageShotEncoder(SafetensorsFile(path: path), threadCount: 1) == nil)
        #expect(ModelFile.hasNetwork(try SafetensorsFile(path: path)))
        #expect(!ModelFile.hasNetwork(try Self.file("resnet_basic")))
    }
}

/// The same network, one picture a time.
private struct ResNetOneByOne {
    let encoder: PlannedImageEncoder

    init(_ file: SafetensorsFile) throws { encoder = try ResNet(file).makeEncoder(batch: 1) }
}
