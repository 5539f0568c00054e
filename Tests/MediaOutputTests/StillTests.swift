import Foundation
import MediaOutput
import TestSupport
import Testing
import Timeline

@Suite struct StillTests {
    /// Smooth colors, a little different in each picture.
    static func picture(_ width: Int, _ height: Int, seed: Int = 0) -> RGBPicture {
        var bytes: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                bytes += [
                    UInt8((x * 255 / max(width, 2) + seed * 40) % 256), UInt8(y * 255 / max(height, 2)),
                    UInt8((seed * 97) % 256),
                ]
            }
        }
        return RGBPicture(width: width, height: height, bytes: bytes)
    }

    /// What the ffmpeg command line makes of a JPEG.
    static func decoded(_ jpeg: [UInt8]) throws -> RGBPicture {
        let folder = try Files.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let (file, raw) = (folder.appending(path: "a.jpg"), folder.appending(path: "a.raw"))
        try Data(jpeg).write(to: file)
        let run = try ExternalTool.run([
            "ffmpeg", "-nostdin", "-v", "error", "-y", "-i", file.path, "-f", "rawvideo", "-pix_fmt", "rgb24",
            raw.path,
        ])
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        let size = try ExternalTool.run([
            "ffprobe", "-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0", file.path,
        ]).output.split(whereSeparator: { ",\n".contains($0) }).compactMap { Int($0) }
        return RGBPicture(width: size[0], height: size[1], bytes: [UInt8](try Data(contentsOf: raw)))
    }

    static func psnr(_ left: [UInt8], _ right: [UInt8]) -> Double {
        let error = zip(left, right).reduce(0.0) { $0 + pow(Double($1.0) - Double($1.1), 2) }
        return error == 0 ? .infinity : 10 * log10(255 * 255 * Double(left.count) / error)
    }

    @Test(arguments: [(64, 36), (1, 1), (17, 9), (333, 2), (640, 360)])
    func othersReadWhatWeWrite(_ width: Int, _ height: Int) throws {
        var smooth = Self.picture(width, height)
        if width < 20 {
            smooth = RGBPicture(
                width: width, height: height,
                bytes: [UInt8](repeating: 90, count: 3 * width * height))
        }
        let read = try Self.decoded(try StillEncoder(quality: 2).jpeg(of: smooth))
        #expect(read.width == width && read.height == height)
        // Where a side is a pixel or two, half the colors are a large part of it.
        if height > 2 { #expect(Self.psnr(read.bytes, smooth.bytes) > 34) }
    }

    @Test func equalPixelsGiveEqualBytes() throws {
        let encoder = StillEncoder(quality: 4)
        let (one, two) = (Self.picture(160, 90), Self.picture(160, 90, seed: 3))
        let first = try encoder.jpeg(of: one)
        #expect(try encoder.jpeg(of: two) != first)
        #expect(try encoder.jpeg(of: Self.picture(32, 32)) != first)
        #expect(try encoder.jpeg(of: one) == first)
        #expect(try StillEncoder(quality: 4).jpeg(of: one) == first)
        #expect(try StillEncoder(quality: 20).jpeg(of: one).count < first.count)
        // JFIF, and nothing that names a program.
        #expect(first.starts(with: [0xff, 0xd8, 0xff, 0xe0]))
        #expect(!String(decoding: first, as: UTF8.self).contains("Lav"))
    }

    /// Whatever the memory held before: what lies behind an odd row's end takes part in its colors.
    @Test(arguments: [(17, 9), (1, 1), (333, 2)])
    func nothingOfOtherMemoryShows(_ width: Int, _ height: Int) throws {
        let picture = Self.picture(width, height)
        var files: Set<[UInt8]> = []
        for byte in stride(from: 0, through: 255, by: 17) {
            for count in [512, 1024, 2048, 4096, 8192, 16_384] {
                let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: count)
                memory.initialize(repeating: UInt8(byte), count: count)
                memory.deallocate()
            }
            files.insert(try StillEncoder(quality: 2).jpeg(of: picture))
        }
        #expect(files.count == 1)
    }

    @Test func aPictureThatIsTooLargeHasARemedy() throws {
        let wide = RGBPicture(width: 66_000, height: 1, bytes: [UInt8](repeating: 0, count: 198_000))
        let error = #expect(throws: OutputFailure.self) { try StillEncoder().jpeg(of: wide) }
        #expect(error?.description.contains("make it smaller") ?? false)
    }

    @Test func sheetsHoldTilesInRows() throws {
        var sheets = SpriteSheet(columns: 2, width: 40, height: 20, capacity: 4, quality: 2)
        let red = RGBPicture(
            width: 80, height: 40, bytes: (0..<3200).flatMap { _ -> [UInt8] in [200, 0, 0] })
        // Twice as high as wide: bars to both sides.
        let green = RGBPicture(
            width: 20, height: 40, bytes: (0..<800).flatMap { _ -> [UInt8] in [0, 200, 0] })
        #expect(try sheets.push(red, at: 10) == nil)
        #expect(try sheets.push(green, at: 20) == nil)
        #expect(try sheets.push(green, at: 30) == nil)
        let full = try #require(try sheets.push(red, at: 40))
        #expect(full.places == [10, 20, 30, 40])
        #expect((full.width, full.height) == (80, 40))
        #expect(sheets.origin(3) == (40, 20))
        let pixels = try Self.decoded(full.jpeg)
        func isNear(_ x: Int, _ y: Int, _ color: [Int]) -> Bool {
            let start = 3 * (y * pixels.width + x)
            return (0..<3).allSatisfy { abs(Int(pixels.bytes[start + $0]) - color[$0]) < 16 }
        }
        #expect(isNear(20, 10, [200, 0, 0]) && isNear(60, 30, [200, 0, 0]))
        #expect(isNear(60, 10, [0, 200, 0]) && isNear(20, 30, [0, 200, 0]))
        #expect(isNear(45, 10, [0, 0, 0]) && isNear(75, 10, [0, 0, 0]))
        // The last sheet has the rows that it needs.
        #expect(try sheets.finish() == nil)
        #expect(try sheets.push(green, at: 50) == nil)
        let last = try #require(try sheets.finish())
        #expect(last.places == [50] && (last.width, last.height) == (80, 20))
    }

    @Test(arguments: [
        ((1920, 1080), (160, 90), (160, 90)), ((1152, 482), (160, 90), (160, 67)),
        ((90, 160), (160, 90), (51, 90)), ((10_000, 1), (160, 90), (160, 1)),
        ((1916, 1080), (160, 90), (160, 90)), ((16, 9), (160, 90), (160, 90)),
    ])
    func shapesStay(_ size: (Int, Int), _ room: (Int, Int), _ expected: (Int, Int)) {
        #expect(SpriteSheet.fit(size, into: room) == expected)
    }
}
