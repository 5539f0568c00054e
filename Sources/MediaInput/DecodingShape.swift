import CFFmpeg

/// How the work of decoding a stream is shared out.
struct DecodingShape {
    /// Decoders that take groups of pictures in turn, whichever is free.
    var decoders: Int
    /// Threads of the decoder that begins; those that take groups in turn have one.
    var threads: Int
    /// Pictures are left out.
    var skips: Bool
    /// Pictures can be left out: each is looked at as soon as it is decoded.
    var peeks: Bool
    /// nil: packets are not looked into.
    var examiner: (any PacketExaminer)?
    /// Groups are decoded on threads of their own.
    var isParallel: Bool

    /// More decoders than this cost more memory than they are worth.
    private static let mostDecoders = 8

    /// `threads` 0: one for each core. `isRelievable`: pictures may have to be left out later.
    init(_ parameters: AVCodecParameters, plan: DecodePlan, threads: Int, isRelievable: Bool) {
        let threads = threads > 0 ? threads : max(1, Int(av_cpu_count()))
        switch parameters.codec_id {
        case AV_CODEC_ID_H264: examiner = H264Examiner(parameters)
        case AV_CODEC_ID_HEVC: examiner = HEVCExaminer(parameters)
        case AV_CODEC_ID_MPEG2VIDEO: examiner = MPEG2Examiner()
        case AV_CODEC_ID_VP9: examiner = VP9Examiner()
        default: examiner = nil
        }
        // In VP9 even a frame that no other shows may change the probabilities that others are coded with.
        let canSkip = examiner != nil && parameters.codec_id != AV_CODEC_ID_VP9
        skips = plan == .fastest && canSkip
        peeks = skips || isRelievable && canSkip && threads == 1
        isParallel = examiner != nil && (skips || threads > 1)
        if skips {
            // One thread decodes in step with its packets, which the choice of what to skip needs.
            (decoders, self.threads) = (min(threads, Self.mostDecoders), 1)
        } else if threads > 1, examiner != nil {
            // Should no second group ever start, the first decoder is as fast alone as it can be.
            (decoders, self.threads) = (min(threads, Self.mostDecoders), threads)
        } else {
            (decoders, self.threads) = (1, threads)
            if !peeks { examiner = nil }
        }
    }
}
