import CFFmpeg

/// Shows what a decoder on one thread has decoded last, before it brings pictures into the order of display.
///
/// The decoder asks for memory for each picture; the memory asked for last holds the picture once its packet
/// has been taken. The decoder's context refers to this object without owning it.
final class FramePeek {
    /// Blank unless the last packet gave a picture.
    let frame: UnsafeMutablePointer<AVFrame>

    /// nil if memory is short.
    init?() {
        guard let frame = av_frame_alloc() else { return nil }
        self.frame = frame
    }

    deinit {
        var frame: UnsafeMutablePointer<AVFrame>? = frame
        av_frame_free(&frame)
    }

    /// Call before the decoder is opened.
    func attach(to context: UnsafeMutablePointer<AVCodecContext>) {
        context.pointee.opaque = Unmanaged.passUnretained(self).toOpaque()
        context.pointee.get_buffer2 = { context, frame, flags in
            let status = avcodec_default_get_buffer2(context, frame, flags)
            if status >= 0, let frame, let opaque = context?.pointee.opaque {
                let peek = Unmanaged<FramePeek>.fromOpaque(opaque).takeUnretainedValue()
                peek.forget()
                if av_frame_ref(peek.frame, frame) < 0 { peek.forget() }
            }
            return status
        }
    }

    func forget() { av_frame_unref(frame) }

    var isEmpty: Bool { frame.pointee.data.0 == nil }
}
