import Foundation
import SceneModel
import Testing
import Timeline

/// Crops agree with the Python Imaging Library to the bit.
@Suite struct PreprocessingTests {
    struct Case: Codable, CustomTestStringConvertible {
        let width: Int
        let height: Int
        let short: Int
        let crop: Int
        let hash: String
        var testDescription: String { "\(width)x\(height) to \(short), \(crop)" }
    }

    static let cases: [Case] = {
        let file = ImageFixtures.golden.appending(path: "resize.json")
        guard let data = try? Data(contentsOf: file) else { return [] }
        return (try? JSONDecoder().decode([Case].self, from: data)) ?? []
    }()

    /// As `fixtures/encoders/resize.py` makes it.
    static func picture(_ width: Int, _ height: Int) -> RGBPicture {
        var state = UInt64(width * 65536 + height)
        var bytes: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                for _ in 0..<3 {
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    bytes.append(UInt8((Int(state >> 56) + 3 * ((x * 3 + y * 5) % 256)) / 4))
                }
            }
        }
        return RGBPicture(width: width, height: height, bytes: bytes)
    }

    static func hash(_ bytes: [UInt8]) -> String {
        let value = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    static func preparation(_ short: Int, _ crop: Int) -> PicturePreparation {
        PicturePreparation(shortSide: short, cropSide: crop, mean: [0, 0, 0], deviation: [1, 1, 1])
    }

    @Test func goldenCasesAreThere() { #expect(Self.cases.count >= 12) }

    @Test(arguments: cases)
    func agreesWithTheLibrary(item: Case) {
        var resizer = PictureResizer(Self.preparation(item.short, item.crop))
        var crop: [UInt8] = []
        resizer.crop(Self.picture(item.width, item.height), into: &crop)
        #expect(Self.hash(crop) == item.hash)
    }

    /// What a picture of another size leaves behind must not matter.
    @Test func sizesMayChangeBetweenPictures() {
        let items = Self.cases.filter { $0.short == 256 && $0.crop == 224 }
        var resizer = PictureResizer(.imageNet)
        var crop: [UInt8] = []
        for item in items + items.reversed() {
            let picture = Self.picture(item.width, item.height)
            for _ in 0..<2 {
                resizer.crop(picture, into: &crop)
                #expect(Self.hash(crop) == item.hash)
            }
        }
    }

    @Test(.enabled(if: ImageFixtures.hasParity, "needs ../shared/parity"))
    func agreesWithTheReference() throws {
        let pictures = try ImageFixtures.parity("preproc_rgb.safetensors")
        let crops = try ImageFixtures.parity("preproc_crop.safetensors")
        var resizer = PictureResizer(.imageNet)
        var crop: [UInt8] = []
        #expect(pictures.header.entries.count == 12)
        for name in pictures.header.entries.map(\.name) {
            resizer.crop(try ImageFixtures.picture(pictures, name), into: &crop)
            let expected = try ImageFixtures.picture(crops, name.replacing("rgb.", with: "crop."))
            #expect(crop == expected.bytes, "\(name)")
        }
    }

    @Test(.enabled(if: ImageFixtures.hasParity, "needs ../shared/parity"))
    func normalizedValues() throws {
        let crops = try ImageFixtures.parity("preproc_crop.safetensors")
        let expected = try crops.floats("normalised.shotA_k0.rows0_15")
        let crop = try ImageFixtures.picture(crops, "crop.shotA_k0")
        let table = PicturePreparation.imageNet.valueTable()
        for index in 0..<16 * 224 {
            for channel in 0..<3 {
                let value = table[channel * 256 + Int(crop.bytes[index * 3 + channel])]
                #expect(abs(value - expected[channel * 16 * 224 + index]) <= 2e-7)
            }
        }
    }
}
