package import CFFmpeg
internal import CFFmpegShim
internal import Timeline

/// The times of packets as they come out of a container, which holds what its author wrote.
package enum PacketTimes {
    /// Takes away stamps that no clock shows, so that sums and differences of those that stay fit.
    package static func bound(_ packet: UnsafeMutablePointer<AVPacket>) {
        let farthest = MediaClock.farthest
        if packet.pointee.pts.magnitude > farthest.magnitude { packet.pointee.pts = scn_no_timestamp }
        if packet.pointee.dts.magnitude > farthest.magnitude { packet.pointee.dts = scn_no_timestamp }
        packet.pointee.duration = min(max(0, packet.pointee.duration), farthest)
    }
}
