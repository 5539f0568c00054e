import Platform
import TensorKernels
import Testing

/// The way that rectangles are cut where the processor has instructions for it, against the way of every
/// processor.
@Suite struct ByteCropTests {
    struct Case: CustomTestStringConvertible {
        let width: Int
        let height: Int
        let resized: (width: Int, height: Int)
        let size: (width: Int, height: Int)
        var testDescription: String { "\(width)x\(height) to \(resized), \(size)" }
    }

    /// Larger and smaller, samples close together and far apart, odd sizes and corners.
    static let cases: [Case] = [
        Case(width: 320, height: 180, resized: (455, 256), size: (224, 224)),
        Case(width: 320, height: 180, resized: (113, 64), size: (48, 48)),
        Case(width: 63, height: 35, resized: (460, 256), size: (224, 224)),
        Case(width: 180, height: 321, resized: (180, 321), size: (180, 180)),
        Case(width: 1921, height: 1081, resized: (455, 256), size: (224, 224)),
        Case(width: 640, height: 362, resized: (35, 20), size: (19, 19)),
        Case(width: 900, height: 300, resized: (27, 27), size: (27, 27)),
        Case(width: 700, height: 500, resized: (21, 15), size: (1, 1)),
        Case(width: 1, height: 1, resized: (24, 24), size: (17, 17)),
        Case(width: 1920, height: 1080, resized: (320, 180), size: (320, 180)),
        Case(width: 360, height: 640, resized: (180, 320), size: (180, 320)),
        Case(width: 640, height: 362, resized: (100, 57), size: (31, 50)),
        Case(width: 90, height: 64, resized: (180, 20), size: (177, 3)),
    ]

    static func noise(_ count: Int, seed: Int) -> [UInt8] {
        var generator = SeededGenerator(seed: UInt64(seed))
        return (0..<count).map { _ in
            // Ends of the scale are frequent, so that sums leave it.
            UInt8(clamping: Int(generator.next() % 512) - 128)
        }
    }

    static func crop(_ item: Case, isPortable: Bool, left: Int, top: Int) -> ByteCrop {
        ByteCrop(
            width: item.width, height: item.height, resized: item.resized, left: left, top: top,
            size: item.size, isPortable: isPortable)
    }

    @Test(arguments: cases) func bothWaysGiveTheSameBits(item: Case) {
        let pixels = Self.noise(3 * item.width * item.height, seed: item.width + item.size.width)
        let (right, bottom) = (item.resized.width - item.size.width, item.resized.height - item.size.height)
        for (left, top) in [(0, 0), (right, bottom), (right / 2, bottom / 2)] {
            var (one, other) = (
                Self.crop(item, isPortable: false, left: left, top: top),
                Self.crop(item, isPortable: true, left: left, top: top)
            )
            var (bytes, expected): ([UInt8], [UInt8]) = ([], [])
            // Twice, as the first leaves something in the buffers.
            for number in 0..<2 {
                let picture = number == 0 ? Array(pixels.reversed()) : pixels
                one.crop(picture, into: &bytes)
                other.crop(picture, into: &expected)
                #expect(bytes == expected, "at \(left), \(top): \(difference(bytes, expected))")
            }
        }
    }

    /// Shares as BT.709 has them in limited range. Where the processor cannot do it, there is nothing to
    /// test.
    @Test(.enabled(if: crop(cases[0], isPortable: false, left: 0, top: 0).takesPlanes))
    func planesBecomeTheirPixels() throws {
        var count = 0
        for item in Self.cases where item.width % 2 == 0 && item.height % 2 == 0 {
            let (width, height) = (item.width, item.height)
            let luma = Self.noise(width * height, seed: 1)
            let (cb, cr) = (
                Self.noise(width * height / 4, seed: 2), Self.noise(width * height / 4, seed: 3)
            )
            var pixels: [UInt8] = []
            func part(_ value: Int, _ zero: Int, _ share: Int) -> Int { (8 * (value - zero) * share) >> 16 }
            for y in 0..<height {
                for x in 0..<width {
                    let chroma = y / 2 * (width / 2) + x / 2
                    let (b, r) = (Int(cb[chroma]), Int(cr[chroma]))
                    let gray = part(Int(luma[y * width + x]), 16, 9539)
                    pixels.append(UInt8(clamping: gray + part(r, 128, 14686)))
                    pixels.append(UInt8(clamping: gray + part(b, 128, -1747) + part(r, 128, -4366)))
                    pixels.append(UInt8(clamping: gray + part(b, 128, 17305)))
                }
            }
            var (bytes, expected): ([UInt8], [UInt8]) = ([], [])
            let (left, top) = (
                item.resized.width - item.size.width, (item.resized.height - item.size.height) / 2
            )
            var one = Self.crop(item, isPortable: false, left: left, top: top)
            // Samples that lie 32 pixels apart take too many.
            guard one.takesPlanes else { continue }
            count += 1
            var other = Self.crop(item, isPortable: true, left: left, top: top)
            other.crop(pixels, into: &expected)
            luma.withUnsafeBufferPointer { luma in
                cb.withUnsafeBufferPointer { cb in
                    cr.withUnsafeBufferPointer { cr in
                        one.crop(
                            HalvedChromaPlanes(
                                luma: (luma.baseAddress!, width), cb: (cb.baseAddress!, width / 2),
                                cr: (cr.baseAddress!, width / 2),
                                shares: HalvedChromaPlanes.Shares(
                                    black: 128, luma: 9539, redCr: 14686, greenCb: -1747, greenCr: -4366,
                                    blueCb: 17305)), into: &bytes)
                    }
                }
            }
            #expect(bytes == expected, "\(item): \(difference(bytes, expected))")
        }
        // Processors with vectors of 512 bits take more of them.
        #expect([4, 8].contains(count))
    }
}
