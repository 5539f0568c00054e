import CFFmpeg
package import Timeline

/// Which pictures are decoded, and how exactly. The only place that sets the decoder's shortcuts.
package enum DecodePlan: String, Hashable, Sendable, CaseIterable {
    /// Each picture, bit by bit as the codec's standard has it.
    case exact
    /// Each picture, without the codec's loop filter: edges of blocks show, and errors of a few levels gather
    /// between key frames. Film grain that the stream asks for is not painted.
    case fast
    /// As `fast`; B-pictures are decoded only where their neighbors differ (`PictureSkipper`).
    case fastest
    /// As `fastest`; of groups of pictures that show one place, only key frames are decoded (`GroupScout`).
    case scout

    /// There is little to save in smaller pictures: a film of 320x180 takes a hundredth of a core in real
    /// time under `exact`, and six thousandths under `scout`.
    static let leastPixels: Int64 = 100_000

    /// The plan that `--speed auto` stands for, by what is known of a stream before it is decoded: `exact`
    /// for small pictures, else `scout` where it leaves out groups of pictures, else `fastest`.
    static func suited(to parameters: AVCodecParameters) -> DecodePlan {
        guard Int64(parameters.width) * Int64(parameters.height) >= leastPixels else { return .exact }
        // How many threads there are makes no difference to what a plan can leave out.
        let shape = DecodingShape(parameters, plan: .scout, threads: 1, isRelievable: false)
        return shape.scouts ? .scout : .fastest
    }

    /// B-pictures are left out.
    package var leavesOutPictures: Bool { self == .fastest || self == .scout }

    /// The same in the words of relief.
    package var leftOut: [Relief.Step] {
        switch self {
        case .exact: []
        case .fast: [.loopFilter]
        case .fastest: [.loopFilter, .pictures]
        case .scout: [.loopFilter, .pictures, .groups]
        }
    }

    /// Sets the plan on a decoder that is not open yet.
    func configure(_ context: UnsafeMutablePointer<AVCodecContext>) {
        switch self {
        case .exact:
            context.pointee.skip_loop_filter = AVDISCARD_DEFAULT
        case .fast, .fastest, .scout:
            context.pointee.skip_loop_filter = AVDISCARD_ALL
            context.pointee.export_side_data |= AV_CODEC_EXPORT_DATA_FILM_GRAIN
        }
    }
}

extension MediaOptions {
    /// The same with a plan, if the input was to choose it.
    func chosen(for parameters: AVCodecParameters) -> MediaOptions {
        guard choosesPlan else { return self }
        var options = self
        (options.plan, options.choosesPlan) = (.suited(to: parameters), false)
        return options
    }
}
