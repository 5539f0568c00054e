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
    /// Decoding happens on threads of its own.
    var isParallel: Bool
    /// The stream is dealt out in groups; else one decoder takes all of it.
    var dealsGroups: Bool
    /// Groups are judged before they are dealt out.
    var scouts: Bool
    /// Groups can be judged while relief asks for it.
    var canScout: Bool
    /// What packets say of their pictures, to whoever judges groups.
    let coding: GroupScout.Coding

    /// More decoders than this cost more memory than they are worth.
    private static let mostDecoders = 8
    /// A decoder holds six pictures or more, so with larger ones than this (1080p in 10 bits has 6 MB) a
    /// second one takes 48 MB; the threads of one decoder take one picture each.
    private static let largestPicture: Int64 = 4_000_000

    /// `threads` 0: one for each core. `isRelievable`: pictures may have to be left out later.
    init(_ parameters: AVCodecParameters, plan: DecodePlan, threads: Int, isRelievable: Bool) {
        // FFmpeg's decoder of Theora gives other pictures on several threads, as they happen to run.
        let isTheora = [AV_CODEC_ID_THEORA, AV_CODEC_ID_VP3, AV_CODEC_ID_VP4].contains(parameters.codec_id)
        let threads = isTheora ? 1 : threads > 0 ? threads : max(1, Int(av_cpu_count()))
        switch parameters.codec_id {
        case AV_CODEC_ID_H264: examiner = H264Examiner(parameters)
        case AV_CODEC_ID_HEVC: examiner = HEVCExaminer(parameters)
        case AV_CODEC_ID_MPEG2VIDEO: examiner = MPEG2Examiner()
        case AV_CODEC_ID_VP9: examiner = VP9Examiner()
        case AV_CODEC_ID_AV1 where plan == .scout || isRelievable && threads == 1: examiner = AV1Examiner()
        case let codec where (plan == .scout || isRelievable && threads == 1) && Self.isIntraOnly(codec):
            examiner = IntraExaminer()
        default: examiner = nil
        }
        // In VP9 even a frame that no other shows may change the probabilities that others are coded with.
        coding =
            switch examiner {
            case is IntraExaminer: .intra
            case is VP9Examiner, is AV1Examiner: .hierarchical
            default: .predicted
            }
        let canSkip = examiner != nil && coding == .predicted
        skips = plan.leavesOutPictures && canSkip
        // A packet of interlaced H.264 may be half a picture.
        canScout =
            examiner != nil && (plan == .scout || isRelievable)
            && (parameters.codec_id != AV_CODEC_ID_H264 || parameters.field_order == AV_FIELD_PROGRESSIVE)
        scouts = plan == .scout && canScout
        peeks = skips || isRelievable && canSkip && threads == 1
        isParallel = examiner != nil && (skips || scouts || threads > 1)
        dealsGroups = isParallel
        if skips {
            // One thread decodes in step with its packets, which the choice of what to skip needs.
            (decoders, self.threads) = (min(threads, Self.mostDecoders), 1)
        } else if threads > 1, examiner != nil {
            // Should no second group ever start, the first decoder is as fast alone as it can be.
            (decoders, self.threads) = (min(threads, Self.mostDecoders), threads)
        } else {
            (decoders, self.threads) = (1, threads)
            if !peeks, !canScout { examiner = nil }
        }
        if dealsGroups, !skips, !scouts, Self.isLarge(parameters) {
            (decoders, dealsGroups, canScout, examiner) = (1, false, false, nil)
        }
    }

    private static func isIntraOnly(_ codec: AVCodecID) -> Bool {
        avcodec_descriptor_get(codec).map { $0.pointee.props & AV_CODEC_PROP_INTRA_ONLY != 0 } ?? false
    }

    /// Deep pictures of 1080p or more. What the container does not say is small.
    private static func isLarge(_ parameters: AVCodecParameters) -> Bool {
        guard let format = av_pix_fmt_desc_get(AVPixelFormat(rawValue: parameters.format)),
            format.pointee.comp.0.depth > 8
        else { return false }
        let bits = Int64(av_get_padded_bits_per_pixel(format))
        return Int64(parameters.width) * Int64(parameters.height) * bits / 8 > largestPicture
    }
}
