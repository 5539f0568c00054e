/// The pictures (VOPs) in a packet of MPEG-4 video (ISO/IEC 14496-2, 6.2.5): most have one; packed B-frames,
/// as DivX and Xvid write them into AVI, stand behind another picture in its packet, and an empty one follows
/// in their place.
package struct MPEG4Pictures: Hashable, Sendable {
    package private(set) var count = 0
    /// The first one refers to no other; nil if there is none.
    package private(set) var isIntra: Bool?

    /// O(bytes).
    package init(_ bytes: UnsafeBufferPointer<UInt8>) {
        var index = 0
        while index + 4 < bytes.count {
            if bytes[index + 2] > 1 {
                index += 3
            } else if bytes[index] == 0, bytes[index + 1] == 0, bytes[index + 2] == 1 {
                if bytes[index + 3] == 0xb6 {
                    count += 1
                    // vop_coding_type.
                    isIntra = isIntra ?? (bytes[index + 4] >> 6 == 0)
                }
                index += 4
            } else {
                index += 1
            }
        }
    }
}
