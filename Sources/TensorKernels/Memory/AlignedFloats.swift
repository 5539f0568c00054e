/// Floats at an address that suits vector registers, zero at first. Never grows.
///
/// Who shares one across threads must not write meanwhile.
final class AlignedFloats {
    let count: Int
    let base: UnsafeMutablePointer<Float>

    init(count: Int) {
        precondition(count >= 0, "no negative count")
        self.count = count
        // A vector beyond the end may be read ahead, never used.
        let bytes = (count + 16) * MemoryLayout<Float>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        base = memory.bindMemory(to: Float.self, capacity: count + 16)
        base.initialize(repeating: 0, count: count + 16)
    }

    deinit { UnsafeMutableRawPointer(base).deallocate() }
}
