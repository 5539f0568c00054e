import MediaInput
import SceneModel
import TensorKernels
import TestSupport
import Testing
import Timeline

/// What is made of decoded pictures for those who ask: an image encoder's crop, a small picture for people.
@Suite struct CropTests {
    static let geometry = PictureGeometry(shortSide: 64, cropSide: 48)

    static func crops(_ clip: String, _ geometry: PictureGeometry = geometry) throws -> [RGBPicture] {
        var options = MediaOptions.twoThreads
        options.views = [.crop(geometry)]
        let recording = try Recording(clip: clip, options: options)
        let crops = recording.pictures.compactMap { $0.views[.crop(geometry)] }
        #expect(crops.count == recording.pictures.count)
        #expect(crops.allSatisfy { $0.width == geometry.cropSide && $0.height == geometry.cropSide })
        return crops
    }

    @Test func nobodyPaysWhoDoesNotAsk() throws {
        #expect(try Recording(clip: "upright.mp4").pictures.allSatisfy { $0.views.isEmpty })
    }

    /// The whole way of others: the `ffmpeg` command line makes RGB at full size, then pixels are resized and
    /// cut out as the Python Imaging Library does it: equal to the bit. Larger, smaller and equal short
    /// sides.
    @Test(arguments: [
        PictureGeometry(shortSide: 64, cropSide: 48), PictureGeometry(shortSide: 180, cropSide: 160),
        PictureGeometry(shortSide: 256, cropSide: 224), PictureGeometry(shortSide: 111, cropSide: 111),
    ])
    func agreesWithPreparationAtFullSize(_ geometry: PictureGeometry) throws {
        let preparation = PicturePreparation(
            shortSide: geometry.shortSide, cropSide: geometry.cropSide, mean: [0, 0, 0], deviation: [1, 1, 1])
        var resizer = PictureResizer(preparation)
        for clip in ["cuts_mpeg2.ts", "cuts.webm"] {
            let pixels = try RawPictures.rgb(Fixtures.path(clip), count: 3)
            let crops = try Self.crops(clip, geometry)
            for (crop, bytes) in zip(crops, pixels) {
                var expected: [UInt8] = []
                resizer.crop(RGBPicture(width: 320, height: 180, bytes: bytes), into: &expected)
                #expect(crop.bytes == expected, "\(clip): \(difference(crop.bytes, expected))")
            }
        }
    }

    @Test(arguments: [
        "yuv422p", "yuv444p", "yuv440p", "yuv411p", "yuv410p", "nv12", "nv21", "yuyv422", "uyvy422",
        "yuv420p10le", "yuv422p12le", "yuv444p16le", "yuv420p16be", "rgb24", "bgr0", "gbrp", "rgb48le",
        "yuva420p",
    ])
    func allFormatsOfAPictureAgree(format: String) throws {
        let reference = try Self.crops("format_yuv420p.nut")
        let other = try Self.crops("format_\(format).nut")
        #expect(reference.count == 5 && other.count == 5)
        // Chroma of every fourth column or row looks a little different at this size.
        for (left, right) in zip(reference, other) {
            #expect(difference(left.bytes, right.bytes) < 4, "\(format)")
        }
    }

    @Test(arguments: ["gray", "gray10le", "gray16le", "ya8"])
    func grayPicturesAreGray(format: String) throws {
        let crop = try #require(try Self.crops("format_\(format).nut").first).bytes
        for pixel in stride(from: 0, to: crop.count, by: 3) {
            guard Set(crop[pixel..<pixel + 3]).count > 1 else { continue }
            Issue.record("pixel \(pixel / 3) is no gray")
            break
        }
        #expect(Set(crop).count > 20)
    }

    @Test(arguments: ["1x1", "2x2", "17x9", "63x35", "65x37", "130x74"])
    func smallAndOddSizesAreFilledWithTheirColor(size: String) throws {
        for crop in try Self.crops("size_\(size).mkv", PictureGeometry(shortSide: 256, cropSide: 224)) {
            for (index, byte) in crop.bytes.enumerated() {
                let expected = [0x40, 0x80, 0xc0][index % 3]
                guard abs(Int(byte) - expected) > 4 else { continue }
                Issue.record("\(size): \(byte) instead of \(expected)")
                break
            }
        }
    }

    /// The same picture under display matrices: turned back, it is the upright one.
    @Test(arguments: [90, 180, 270])
    func rotatedPicturesStandUpright(turn: Int) throws {
        // A crop in the very middle, also of the turned picture.
        let geometry = PictureGeometry(shortSide: 90, cropSide: 80)
        let upright = try #require(try Self.crops("upright.mp4", geometry).first)
        let rotated = try #require(try Self.crops("rotated_\(turn).mp4", geometry).first)
        #expect(difference(upright.bytes, rotated.bytes) > 3)
        var turned = rotated
        // ffmpeg's `rotate=90` writes a matrix that turns the picture a quarter counterclockwise.
        for _ in 0..<turn / 90 { turned = quarterClockwise(turned) }
        // Chroma of a turned picture lies half a pixel elsewhere.
        #expect(difference(upright.bytes, turned.bytes) < 1.5)
    }

    private func quarterClockwise(_ picture: RGBPicture) -> RGBPicture {
        let side = picture.width
        var bytes: [UInt8] = []
        for y in 0..<side {
            for x in 0..<side {
                let source = 3 * ((side - 1 - x) * side + y)
                bytes += picture.bytes[source..<source + 3]
            }
        }
        return RGBPicture(width: side, height: side, bytes: bytes)
    }

    /// Pixels of 4:3 are made square: the crop shows three quarters of what it would show otherwise.
    @Test func pixelsAreSquare() throws {
        let square = try #require(
            try Self.crops("upright.mp4", PictureGeometry(shortSide: 90, cropSide: 90)).first)
        let wide = try #require(
            try Self.crops("anamorphic.mp4", PictureGeometry(shortSide: 90, cropSide: 90)).first)
        // What stands three quarters as far from the middle with narrow pixels.
        func column(_ picture: RGBPicture, _ x: Int) -> [UInt8] {
            (0..<90).flatMap { (y: Int) -> ArraySlice<UInt8> in
                let first = 3 * (90 * y + x)
                return picture.bytes[first..<first + 3]
            }
        }
        for side in [-1, 1] {
            let seen = column(wide, 45 + 40 * side)
            let (right, wrong) = (column(square, 45 + 30 * side), column(square, 45 + 40 * side))
            #expect(2 * difference(seen, right) < difference(seen, wrong))
        }
    }

    @Test(arguments: ["hdr_smpte2084.mp4", "hdr_arib-std-b67.mp4", "ten_bit.mp4"])
    func deepPicturesAreRead(clip: String) throws {
        let crop = try #require(try Self.crops(clip).first)
        let standard = try #require(try Self.crops("upright.mp4").first)
        let apart = difference(crop.bytes, standard.bytes)
        if clip == "ten_bit.mp4" { #expect(apart < 2) } else { #expect(apart > 8) }
        #expect(Set(crop.bytes).count > 40)
    }

    /// A crop for an encoder and a small picture for people, in one pass: the crop's bits are those that it
    /// has alone.
    @Test(
        arguments: [
            ("cuts_mpeg2.ts", 100, 100, 56), ("cuts_mpeg2.ts", 320, 320, 180),
            ("cuts_mpeg2.ts", 1000, 320, 180),
            ("cuts.webm", 37, 37, 21), ("rotated_90.mp4", 100, nil, 100), ("format_rgb24.nut", 64, 64, nil),
            ("anamorphic.mp4", 64, 64, nil), ("ten_bit.mp4", 64, 64, nil),
        ] as [(String, Int, Int?, Int?)])
    func severalViews(clip: String, longestSide: Int, width: Int?, height: Int?) throws {
        let (crop, small) = (
            Picture.View.crop(Self.geometry), Picture.View.thumbnail(longestSide: longestSide)
        )
        var options = MediaOptions.twoThreads
        options.views = [crop, small]
        let recording = try Recording(clip: clip, options: options)
        let alone = try Self.crops(clip)
        #expect(recording.pictures.map { $0.views[crop] } == alone)
        #expect(recording.pictures.allSatisfy { $0.views.count == 2 })
        let thumbnails = recording.pictures.compactMap { $0.views[small] }
        #expect(!thumbnails.isEmpty)
        #expect(thumbnails.allSatisfy { width ?? $0.width == $0.width && height ?? $0.height == $0.height })
        let shown = recording.summary
        for picture in thumbnails {
            let aspect = Double(shown.width) / Double(shown.height)
            #expect(abs(Double(picture.width) - aspect * Double(picture.height)) <= max(1, aspect))
        }
    }

    /// Rows are left out, so a thumbnail is not to the bit what resizing gives, but it looks the same:
    /// upright, in the same colors.
    @Test(arguments: [
        ("cuts_mpeg2.ts", 100, 56), ("cuts.webm", 100, 56), ("cuts.webm", 320, 180),
    ])
    func thumbnailsLookLikeResizedPictures(clip: String, width: Int, height: Int) throws {
        let view = Picture.View.thumbnail(longestSide: width)
        var options = MediaOptions.twoThreads
        options.views = [view]
        let pictures = try Recording(clip: clip, options: options).pictures
        let shown = try RawPictures.rgb(Fixtures.path(clip), count: 3)
        let first = try #require(pictures.first?.views[view])
        try #require((first.width, first.height) == (width, height))
        var resizer = ByteCrop(
            width: 320, height: 180, resized: (width, height), left: 0, top: 0, size: (width, height),
            isPortable: true)
        for (picture, bytes) in zip(pictures, shown) {
            var expected: [UInt8] = []
            resizer.crop(bytes, into: &expected)
            let thumbnail = try #require(picture.views[view]?.bytes)
            #expect(difference(thumbnail, expected) < 6)
        }
    }

    /// Turned pictures stand as their crops do, whose middle they share.
    @Test(arguments: [
        "upright.mp4", "rotated_90.mp4", "rotated_180.mp4", "rotated_270.mp4", "format_rgb24.nut",
        "format_pal8.nut", "format_yuv422p12le.nut", "hdr_smpte2084.mp4",
    ])
    func thumbnailsStandUpright(clip: String) throws {
        let geometry = PictureGeometry(shortSide: 36, cropSide: 36)
        let small = Picture.View.thumbnail(longestSide: 64)
        var options = MediaOptions.twoThreads
        options.views = [small, .crop(geometry)]
        let picture = try #require(try Recording(clip: clip, options: options).pictures.first)
        let crop = try #require(picture.views[.crop(geometry)])
        let thumbnail = try #require(picture.views[small])
        let (left, top) = ((thumbnail.width - 36) / 2, (thumbnail.height - 36) / 2)
        var middle: [UInt8] = []
        for row in top..<top + 36 {
            let first = 3 * (row * thumbnail.width + left)
            middle += thumbnail.bytes[first..<first + 3 * 36]
        }
        #expect(difference(middle, crop.bytes) < 6)
    }

    @Test(arguments: ["1x1", "2x2", "17x9", "63x35", "65x37", "130x74"])
    func thumbnailsOfSmallAndOddSizes(size: String) throws {
        let view = Picture.View.thumbnail(longestSide: 64)
        var options = MediaOptions.twoThreads
        options.views = [view]
        for picture in try Recording(clip: "size_\(size).mkv", options: options).pictures {
            let bytes = try #require(picture.views[view]).bytes
            let color: [UInt8] = [0x40, 0x80, 0xc0]
            let expected = bytes.indices.map { color[$0 % 3] }
            for (byte, wanted) in zip(bytes, expected) where abs(Int(byte) - Int(wanted)) > 4 {
                Issue.record("\(size): \(byte) instead of \(wanted)")
                break
            }
        }
    }

    @Test func sizesMayChange() throws {
        #expect(try Self.crops("resize.ts").count == 100)
    }
}
