internal import CSceneKernels

/// A picture in Y'CbCr 4:2:0 of 8 bits where it lies, of even width and height, and how it becomes RGB: in
/// sums of 16 bits, each product cut off, as fast programs do it.
package struct HalvedChromaPlanes {
    /// The parts that values have in colors, in 2^-16 of eight times a value less its zero.
    package struct Shares: Hashable, Sendable {
        /// Luma of black, times 8.
        package var black: Int16
        /// Luma in all three.
        package var luma: Int16
        package var redCr: Int16
        package var greenCb: Int16
        package var greenCr: Int16
        package var blueCb: Int16

        package init(
            black: Int16, luma: Int16, redCr: Int16, greenCb: Int16, greenCr: Int16, blueCb: Int16
        ) {
            (self.black, self.luma, self.redCr) = (black, luma, redCr)
            (self.greenCb, self.greenCr, self.blueCb) = (greenCb, greenCr, blueCb)
        }
    }

    let picture: scene_planes

    /// Planes and the bytes from row to row, which may be negative. They must stay while it is used.
    package init(
        luma: (UnsafePointer<UInt8>, stride: Int), cb: (UnsafePointer<UInt8>, stride: Int),
        cr: (UnsafePointer<UInt8>, stride: Int), shares: Shares
    ) {
        var picture = scene_planes()
        (picture.luma, picture.luma_stride) = (luma.0, Int64(luma.stride))
        (picture.cb, picture.cb_stride) = (cb.0, Int64(cb.stride))
        (picture.cr, picture.cr_stride) = (cr.0, Int64(cr.stride))
        (picture.black, picture.luma_share, picture.red_cr) = (shares.black, shares.luma, shares.redCr)
        (picture.green_cb, picture.green_cr, picture.blue_cb) = (
            shares.greenCb, shares.greenCr, shares.blueCb
        )
        self.picture = picture
    }
}
