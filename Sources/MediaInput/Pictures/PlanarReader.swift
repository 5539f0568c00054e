import CFFmpeg
import Timeline

/// Reads Y'CbCr and gray frames of 8 to 16 bits straight from their planes.
final class PlanarReader: FrameReader {
    let color: ColorDescription
    private let layout: PictureFormat.Planar
    private var samplers: [PlaneSampler]
    /// From sample units to 0...1 and -0.5...0.5: (value - zero) x scale.
    private let luma: PictureFormat.Planar.Levels
    private let chroma: PictureFormat.Planar.Levels

    /// nil if swscale has to read the format.
    init?(_ format: PictureFormat) {
        guard let layout = format.planar else { return nil }
        self.layout = layout
        color = format.color
        let isTransposed = format.orientation.isTransposed
        samplers = layout.components.enumerated().map { index, component in
            let shown =
                index == 0
                ? (AnalysisPicture.width, AnalysisPicture.height)
                : (AnalysisPicture.chromaWidth, AnalysisPicture.chromaHeight)
            return PlaneSampler(
                width: component.width, height: component.height, step: component.step,
                columns: isTransposed ? shown.1 : shown.0, rows: isTransposed ? shown.0 : shown.1)
        }
        luma = layout.lumaLevels(isFullRange: color.isFullRange)
        chroma = layout.chromaLevels(isFullRange: color.isFullRange)
    }

    func planes(of frame: UnsafeMutablePointer<AVFrame>) -> AveragedPlanes? {
        guard let luma = component(0, of: frame, luma) else { return nil }
        guard layout.components.count == 3 else {
            let neutral = [Float](repeating: 0, count: AnalysisPicture.chromaCount)
            return AveragedPlanes(luma: luma, cb: neutral, cr: neutral)
        }
        guard let cb = component(1, of: frame, chroma), let cr = component(2, of: frame, chroma) else {
            return nil
        }
        return AveragedPlanes(luma: luma, cb: cb, cr: cr)
    }

    private func component(
        _ index: Int, of frame: UnsafeMutablePointer<AVFrame>, _ levels: PictureFormat.Planar.Levels
    ) -> [Float]? {
        let component = layout.components[index]
        guard let (base, stride) = FramePlane.plane(component.plane, of: frame) else { return nil }
        let start = base + component.offset * layout.bytesPerSample
        var values =
            layout.bytesPerSample == 1
            ? samplers[index].averages(ofBytes: start, stride: stride)
            : start.withMemoryRebound(to: UInt16.self, capacity: 1) {
                samplers[index].averages(ofWords: $0, stride: stride)
            }
        let (zero, scale) = levels
        for index in values.indices { values[index] = (values[index] - zero) * scale }
        return values
    }
}
