import CFFmpeg

extension PacketFacts {
    /// What the headers of a packet say that stands alone: the readers of H.264, HEVC, MPEG-2, VP9 and AV1,
    /// without a stream; nil for codecs that have no reader here.
    ///
    /// - Parameters:
    ///   - packet: one packet as a container holds it, whatever its bytes.
    ///   - codec: FFmpeg's name of the codec.
    ///   - extradata: the codec's headers as the container holds them; may be empty.
    package init?(of packet: [UInt8], codec: String, extradata: [UInt8]) {
        guard let described = avcodec_descriptor_get_by_name(codec),
            let parameters = avcodec_parameters_alloc()
        else { return nil }
        defer {
            var freed: UnsafeMutablePointer<AVCodecParameters>? = parameters
            avcodec_parameters_free(&freed)
        }
        parameters.pointee.codec_id = described.pointee.id
        parameters.pointee.field_order = AV_FIELD_PROGRESSIVE
        let padded = extradata.count + Int(AV_INPUT_BUFFER_PADDING_SIZE)
        if !extradata.isEmpty, let copy = av_mallocz(padded) {
            copy.copyMemory(from: extradata, byteCount: extradata.count)
            parameters.pointee.extradata = copy.assumingMemoryBound(to: UInt8.self)
            parameters.pointee.extradata_size = Int32(clamping: extradata.count)
        }
        guard
            let examiner = DecodingShape(parameters.pointee, plan: .scout, threads: 2, isRelievable: false)
                .examiner
        else {
            return nil
        }
        self = packet.withUnsafeBufferPointer { examiner.facts(of: $0) }
    }
}
