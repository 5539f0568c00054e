import CFFmpeg

/// Where the planes of a decoded frame lie.
enum FramePlane {
    /// Plane 0 to 3: its first row, and the bytes from row to row, which may be negative; nil where the frame
    /// has none.
    static func plane(
        _ index: Int, of frame: UnsafeMutablePointer<AVFrame>
    ) -> (base: UnsafePointer<UInt8>, stride: Int)? {
        let (data, strides) = (frame.pointee.data, frame.pointee.linesize)
        let (base, stride) =
            switch index {
            case 0: (data.0, strides.0)
            case 1: (data.1, strides.1)
            case 2: (data.2, strides.2)
            default: (data.3, strides.3)
            }
        return base.map { (UnsafePointer($0), Int(stride)) }
    }
}
