package import CFFmpeg

/// Which of a container's streams is read.
package enum VideoStreamChoice {
    /// The stream the options name; else the default one with a known size and a decoder, else the largest,
    /// else the first. Claims on bit rate or length decide nothing; cover art and thumbnails never count.
    static func stream(
        of demuxer: Demuxer, options: MediaOptions, name: String
    ) throws(MediaError) -> UnsafeMutablePointer<AVStream> {
        let all = demuxer.streams.filter(isVideo)
        guard !all.isEmpty else {
            throw MediaError(.noVideo, "\(name): no video stream in it: give a file with moving pictures")
        }
        let listing = all.map { describe($0, in: demuxer) }.joined(separator: ", ")
        var candidates = all
        if let program = options.program {
            let members = streamIndices(ofProgram: program, in: demuxer)
            candidates = candidates.filter { members.contains($0.pointee.index) }
            guard !candidates.isEmpty else {
                throw MediaError(
                    .noSuchStream, "\(name): no video in program \(program): choose from \(listing)")
            }
        }
        if let index = options.stream {
            guard let chosen = candidates.first(where: { Int($0.pointee.index) == index }) else {
                throw MediaError(.noSuchStream, "\(name): no video stream \(index): choose from \(listing)")
            }
            return chosen
        }
        return best(of: candidates) ?? candidates[0]
    }

    /// The stream that is read where the options name none; nil if there is no video among them.
    package static func best(
        of streams: [UnsafeMutablePointer<AVStream>]
    ) -> UnsafeMutablePointer<AVStream>? {
        var best: UnsafeMutablePointer<AVStream>?
        for stream in streams where isVideo(stream) {
            if best.map({ rank(stream).lexicographicallyPrecedes(rank($0)) }) ?? true { best = stream }
        }
        return best
    }

    package static func isVideo(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
        let still = AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS | AV_DISPOSITION_STILL_IMAGE
        return stream.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO
            && stream.pointee.disposition & still == 0
    }

    /// Smaller is better.
    private static func rank(_ stream: UnsafeMutablePointer<AVStream>) -> [Int64] {
        let parameters = stream.pointee.codecpar.pointee
        let area = Int64(parameters.width) * Int64(parameters.height)
        let isReadable = area > 0 && avcodec_find_decoder(parameters.codec_id) != nil
        let isDefault = stream.pointee.disposition & AV_DISPOSITION_DEFAULT != 0
        return [isReadable ? 0 : 1, isDefault ? 0 : 1, -area, Int64(stream.pointee.index)]
    }

    private static func programs(of demuxer: Demuxer) -> [UnsafeMutablePointer<AVProgram>] {
        (0..<Int(demuxer.context.pointee.nb_programs)).compactMap { demuxer.context.pointee.programs[$0] }
    }

    private static func streamIndices(of program: UnsafeMutablePointer<AVProgram>) -> Set<Int32> {
        Set((0..<Int(program.pointee.nb_stream_indexes)).map { Int32(program.pointee.stream_index[$0]) })
    }

    private static func streamIndices(ofProgram number: Int, in demuxer: Demuxer) -> Set<Int32> {
        programs(of: demuxer).filter { Int($0.pointee.id) == number }
            .reduce(into: Set<Int32>()) { $0.formUnion(streamIndices(of: $1)) }
    }

    /// Numbers of the programs that `stream` belongs to.
    static func programs(of stream: UnsafeMutablePointer<AVStream>, in demuxer: Demuxer) -> [Int] {
        programs(of: demuxer).filter { streamIndices(of: $0).contains(stream.pointee.index) }
            .map { Int($0.pointee.id) }
    }

    /// Whether the program has video.
    static func hasVideo(inProgram number: Int, of demuxer: Demuxer) -> Bool {
        let members = streamIndices(ofProgram: number, in: demuxer)
        return demuxer.streams.contains { isVideo($0) && members.contains($0.pointee.index) }
    }

    private static func describe(_ stream: UnsafeMutablePointer<AVStream>, in demuxer: Demuxer) -> String {
        let parameters = stream.pointee.codecpar.pointee
        let index = stream.pointee.index
        let owners = programs(of: demuxer).filter { streamIndices(of: $0).contains(index) }
        let program = owners.first.map { " of program \($0.pointee.id)" } ?? ""
        return
            "stream \(index)\(program) (\(Decoder.codecName(stream)) \(parameters.width)x\(parameters.height))"
    }
}
