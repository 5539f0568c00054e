import CFFmpeg
import CFFmpegShim
import Timeline

/// Decodes the packets of a sound stream to frames of sound. Used on one thread at a time.
///
/// Never fails: what cannot be decoded is missing, and so is what follows a hole until a whole frame is
/// there. Damaged packets are left out, because a decoder's guess at them is no evidence.
final class SoundDecoder {
    let queue = SoundQueue()
    private let context: UnsafeMutablePointer<AVCodecContext>
    private let frame: UnsafeMutablePointer<AVFrame>
    private let timeBase: TimeBase
    private var unwrapper: TimestampUnwrapper
    private var run: Run?

    /// Sound in one layout, without a hole.
    private struct Run {
        var resampler: OpaquePointer
        var key: scn_sound_shape
        var clock: SoundClock
        var meter: SoundMeter
        /// Mixed samples that no frame holds yet, and the number of the first.
        var samples: [Float] = []
        var first: Int64 = 0
    }

    /// nil where this FFmpeg cannot decode the stream.
    init?(for stream: UnsafeMutablePointer<AVStream>) {
        let base = stream.pointee.time_base
        guard let parameters = stream.pointee.codecpar, base.num > 0, base.den > 0,
            let codec = avcodec_find_decoder(parameters.pointee.codec_id)
        else { return nil }
        timeBase = TimeBase(numerator: Int64(base.num), denominator: Int64(base.den))
        unwrapper = TimestampUnwrapper(bits: Int(stream.pointee.pts_wrap_bits))
        var context = avcodec_alloc_context3(codec)
        var frame = av_frame_alloc()
        guard let opened = context, let blank = frame,
            avcodec_parameters_to_context(opened, parameters) >= 0
        else {
            avcodec_free_context(&context)
            av_frame_free(&frame)
            return nil
        }
        opened.pointee.pkt_timebase = base
        opened.pointee.thread_count = 1
        opened.pointee.max_samples = 1 << 20
        guard avcodec_open2(opened, codec, nil) >= 0 else {
            avcodec_free_context(&context)
            av_frame_free(&frame)
            return nil
        }
        self.context = opened
        self.frame = blank
    }

    deinit {
        endRun()
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
        var frame: UnsafeMutablePointer<AVFrame>? = frame
        av_frame_free(&frame)
    }

    /// Takes the stream's next packet. `videoPackets`: how many of the video were read before.
    func take(_ packet: UnsafeMutablePointer<AVPacket>, videoPackets: Int64) {
        guard packet.pointee.flags & AV_PKT_FLAG_CORRUPT == 0 else { return }
        // A refused packet leaves a hole in the stamps, and that ends the run.
        guard avcodec_send_packet(context, packet) >= 0 else { return }
        receive(videoPackets)
    }

    /// No more packets will come.
    func finish(videoPackets: Int64) {
        guard avcodec_send_packet(context, nil) >= 0 else { return }
        receive(videoPackets)
    }

    private func receive(_ videoPackets: Int64) {
        while avcodec_receive_frame(context, frame) >= 0 {
            guard frame.pointee.flags & AV_FRAME_FLAG_CORRUPT == 0, frame.pointee.decode_error_flags == 0
            else { continue }
            hear(videoPackets)
        }
    }

    private func hear(_ videoPackets: Int64) {
        let shape = scn_sound_shape_of(frame)
        let stamp = microseconds(frame.pointee.best_effort_timestamp)
        if var current = run, scn_sound_shapes_equal(current.key, shape) != 0,
            stamp.map({ current.clock.follow($0) }) ?? true
        {
            run = current
        } else {
            endRun()
            // A run begins where a stamp says when.
            guard let stamp, let resampler = scn_sound_resampler(frame, Int32(SoundMeter.rate)) else {
                return
            }
            let rate = Int(frame.pointee.sample_rate)
            run = Run(
                resampler: resampler, key: shape, clock: SoundClock(start: stamp, rate: rate),
                meter: SoundMeter(highest: min(8000, Double(rate) / 2)))
        }
        guard var current = run else { return }
        run = nil
        current.clock.add(Int(frame.pointee.nb_samples))
        let room = Int(scn_sound_room(current.resampler, frame))
        let waiting = current.samples.count
        current.samples.append(contentsOf: repeatElement(0, count: room))
        let count = current.samples.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.map {
                Int(scn_sound_convert(current.resampler, frame, $0 + waiting, Int32(room)))
            }
                ?? 0
        }
        guard count >= 0 else {
            var resampler: OpaquePointer? = current.resampler
            scn_sound_free(&resampler)
            return
        }
        current.samples.removeLast(room - min(count, room))
        measure(&current, videoPackets)
        run = current
    }

    private func measure(_ run: inout Run, _ videoPackets: Int64) {
        var used = 0
        while run.samples.count - used >= SoundMeter.frameCount {
            let start = run.clock.time(ofSample: run.first + Int64(used))
            let measured = run.samples.withUnsafeBufferPointer { buffer in
                run.meter.measure(
                    UnsafeBufferPointer(rebasing: buffer[used..<used + SoundMeter.frameCount]), start: start)
            }
            used += SoundMeter.frameCount
            if let measured { queue.push(UnplacedSound(frame: measured, videoPackets: videoPackets)) }
        }
        run.samples.removeFirst(used)
        run.first += Int64(used)
    }

    private func endRun() {
        var resampler = run?.resampler
        scn_sound_free(&resampler)
        run = nil
    }

    /// nil where it is unknown, or what no stream can hold.
    private func microseconds(_ stamp: Int64) -> Int64? {
        guard stamp != scn_no_timestamp, let stamp = unwrapper.unwrap(dts: nil, pts: stamp).pts else {
            return nil
        }
        let microseconds = timeBase.clampedMicroseconds(stamp)
        return microseconds.magnitude < 1 << 52 ? microseconds : nil
    }
}
