internal import BlockSegmentation
internal import ScenePipeline
internal import SceneSegmentation

extension FeedSettings {
    /// A key that says nothing as the feed is, or contradicts another, and what to do: what `scened watch`
    /// refuses of its options. Only of what a feed says itself: `defaults` are for feeds of every kind.
    ///
    /// - Parameter merged: these settings over the defaults.
    /// - Returns: the first such key; nil: there is none.
    func idleKey(in merged: FeedSettings) -> (key: String, reason: String)? {
        if blockDelay != nil, merged.blocks != true { return ("block-delay", Self.needsBlocks) }
        if blocksWithout != nil, merged.blocks != true { return ("blocks-without", Self.needsBlocks) }
        if followIdle != nil, merged.follow != true {
            return ("follow-idle", "goes with follow: true; set it, too, or leave this out")
        }
        if audioStream != nil, merged.audio == false {
            return ("audio-stream", "names what audio: false does not read; leave one out")
        }
        if audioStream != nil, !merged.mayHear {
            return ("audio-stream", "needs something that reads sound; set sound: true, too")
        }
        if threshold != nil, scenesPerHour != nil {
            return ("threshold", "fixes the score that scenes-per-hour adjusts; leave one out")
        }
        guard split == .whole else { return nil }
        if splitAfter != nil {
            return ("split-after", "does nothing where split: none never splits; leave one out")
        }
        if intraShot == true {
            return ("intra-shot", "looks where long shots are split, and split: none has none; leave one out")
        }
        return nil
    }

    private static let needsBlocks = "needs blocks: true; set it, too, or leave this out"

    /// Something may use the sound; of a model only its content says.
    private var mayHear: Bool {
        if sound == true || blocks == true { return true }
        return similarity?.contains(.sound) ?? (model != nil)
    }
}
