import MediaInput
import Testing

/// Pictures are counted by their start codes, and the first one tells whether it is a key frame.
@Suite struct MPEG4PicturesTests {
    @Test(
        arguments: [
            ([0, 0, 1, 0xb6, 0x10, 0x60], 1, true), ([0, 0, 1, 0xb6, 0x50, 0x60], 1, false),
            // Headers in front; a B-frame packed behind another picture.
            ([0, 0, 1, 0xb0, 0xf5, 0, 0, 0, 1, 0xb6, 0x16], 1, true),
            ([0, 0, 1, 0xb6, 0x51, 2, 3, 0, 0, 1, 0xb6, 0x92, 0], 2, false),
            // Cut short, and none at all.
            ([0, 0, 1, 0xb6], 0, nil), ([1, 2, 3, 4, 5, 6], 0, nil), ([], 0, nil),
        ] as [([UInt8], Int, Bool?)])
    func pictures(bytes: [UInt8], count: Int, isIntra: Bool?) {
        let pictures = bytes.withUnsafeBufferPointer { MPEG4Pictures($0) }
        #expect(pictures.count == count && pictures.isIntra == isIntra)
    }
}
