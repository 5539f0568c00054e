/// A group of pictures of which the key frames were decoded and the others were not: blends of the key frames
/// on both sides take their places.
package struct FilledGroup: Sendable {
    /// The place of a picture that was not decoded.
    package struct Place: Hashable, Sendable {
        /// When it is shown, and how long, in ticks.
        package var stamp: Int64
        package var duration: Int64
        /// Number of its packet.
        package var packet: Int64

        package init(stamp: Int64, duration: Int64, packet: Int64) {
            (self.stamp, self.duration, self.packet) = (stamp, duration, packet)
        }
    }

    /// The group's key frames in order of time, all with stamps; at least one. Of a tail, the picture that it
    /// follows.
    let keys: [DecodedPicture]
    /// The key frame behind the group, which belongs to the next one.
    let next: DecodedPicture
    /// In order of time, behind the first key frame and before `next`.
    let places: [Place]
    /// Messages, with the time stamps of the pictures that they stand in front of.
    let cues: [(stamp: Int64?, cues: [CueArrival])]
    /// Ticks of a second, in whose first picture a channel's mark is looked for.
    let second: Int64

    package init(
        keys: [DecodedPicture], next: DecodedPicture, places: [Place],
        cues: [(stamp: Int64?, cues: [CueArrival])] = [], second: Int64
    ) {
        (self.keys, self.next, self.places, self.cues) = (keys, next, places, cues)
        self.second = max(1, second)
    }

    /// The pictures in the order of display, with the messages in front of them. O(places).
    package func outcomes() -> [DecodingOutcome] {
        var outcomes: [DecodingOutcome] = []
        var messages = cues[...]
        func put(_ picture: DecodedPicture) {
            while let (stamp, cues) = messages.first, stamp ?? .min <= picture.stamp ?? .max {
                outcomes.append(.cues(cues))
                messages.removeFirst()
            }
            outcomes.append(.picture(picture))
        }
        var rest = places[...]
        for (index, key) in keys.enumerated() {
            put(sampled(key, from: [key]))
            let following = index + 1 < keys.count ? keys[index + 1] : next
            while let place = rest.first, place.stamp < following.stamp ?? .max {
                put(picture(at: place, between: key, and: following))
                rest.removeFirst()
            }
        }
        for (_, cues) in messages { outcomes.append(.cues(cues)) }
        return outcomes
    }

    /// The same without the first key frame, which has come out already.
    func outcomesBehindFirst() -> [DecodingOutcome] {
        var outcomes = outcomes()
        let first = outcomes.firstIndex { if case .picture = $0 { true } else { false } }
        if let first { outcomes.remove(at: first) }
        return outcomes
    }

    /// The picture, with a mark where it is the first of its second and one of these has a mark.
    private func sampled(_ picture: DecodedPicture, from sources: [DecodedPicture]) -> DecodedPicture {
        let isSampled = MarkSampling.isSampled(picture.stamp, duration: picture.duration, second: second)
        var picture = picture
        picture.mark = isSampled ? sources.lazy.compactMap(\.mark).first : nil
        return picture
    }

    private func picture(
        at place: Place, between left: DecodedPicture, and right: DecodedPicture
    ) -> DecodedPicture {
        let from = left.stamp ?? place.stamp
        let to = right.stamp ?? place.stamp
        let isLeft = place.stamp - from <= to - place.stamp
        var picture = isLeft ? left : right
        if to > from, let before = left.analysis, let behind = right.analysis {
            let share = PictureSkipper.share(of: place.stamp, from: from, to: to)
            picture.analysis = PictureSkipper.blend(before, behind, share: share)
        }
        (picture.stamp, picture.duration, picture.packet) = (place.stamp, place.duration, place.packet)
        (picture.isKey, picture.isSkipped, picture.isFilled) = (false, true, true)
        return sampled(picture, from: isLeft ? [left, right] : [right, left])
    }
}

extension FilledGroup {
    /// The places of pictures whose packets have time stamps, in order of time.
    static func places(of packets: [Packet]) -> [Place] {
        packets.compactMap { packet in
            packet.stamp.map { Place(stamp: $0, duration: packet.duration, packet: packet.number) }
        }.sorted { $0.stamp < $1.stamp }
    }

    /// The messages in front of the packets, in order of time.
    static func cues(of packets: [Packet]) -> [(stamp: Int64?, cues: [CueArrival])] {
        packets.filter { !$0.cues.isEmpty }.map { ($0.stamp, $0.cues) }.sorted {
            $0.0 ?? .min < $1.0 ?? .min
        }
    }
}
