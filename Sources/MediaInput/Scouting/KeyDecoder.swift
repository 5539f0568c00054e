import DequeModule
import Timeline

/// Decodes key frames by themselves. Used on one thread at a time.
final class KeyDecoder {
    /// A key frame, and its tones.
    struct Key {
        var picture: DecodedPicture
        var stamp: Int64
        var sketch: ToneSketch
    }

    private let decoder: GroupDecoder
    private let viewCount: Int

    /// - Parameters:
    ///   - decoder: one that is given groups.
    ///   - viewCount: views that are wanted of each picture.
    init(_ decoder: GroupDecoder, viewCount: Int) {
        self.decoder = decoder
        self.viewCount = viewCount
    }

    /// The picture of a packet that opens a group; nil unless that is one whole, undamaged picture with the
    /// packet's time stamp.
    func key(of packet: Packet) -> Key? {
        decoder.take(packet)
        decoder.finish()
        let outcomes = decoder.takeOutcomes()
        decoder.restart()
        var found: Key?
        for outcome in outcomes {
            switch outcome {
            case .loss: return nil
            case .cues: continue
            case .picture(let picture):
                guard found == nil, !picture.isDamaged, picture.views.count == viewCount,
                    let stamp = packet.stamp, picture.stamp == stamp, let analysis = picture.analysis
                else { return nil }
                found = Key(picture: picture, stamp: stamp, sketch: ToneSketch(of: analysis))
            }
        }
        // Decoded alone, it says nothing of how many packets a decoder had taken.
        found?.picture.packet = packet.number
        return found
    }
}
