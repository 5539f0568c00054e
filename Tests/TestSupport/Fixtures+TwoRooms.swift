package import Foundation

extension Fixtures {
    /// Six shots of three seconds, no two pictures alike; a hum below the first three, hiss below the others:
    /// two scenes for who listens.
    ///
    /// - Parameters:
    ///   - name: of the file, which is kept.
    ///   - sound: options of FFmpeg's encoder.
    /// - Returns: its path.
    /// - Throws: where it cannot be made.
    package static func twoRooms(_ name: String = "two-rooms.mkv", _ sound: String = "-c:a flac") throws
        -> String
    {
        try film(
            name,
            """
            ffmpeg -nostdin -v error -f lavfi -i testsrc2=s=160x90:r=25:d=3 -f lavfi -i smptebars=s=160x90:r=25:d=3 \
                -f lavfi -i mandelbrot=s=160x90:r=25 -f lavfi -i rgbtestsrc=s=160x90:r=25:d=3 \
                -f lavfi -i cellauto=s=160x90:r=25:random_seed=1 -f lavfi -i testsrc=s=160x90:r=25:d=3 -f lavfi -i \
                'aevalsrc=if(lt(t\\,9)\\,0.2*sin(2*PI*110*t)+0.1*sin(2*PI*220*t)\\,0.2*(random(0)-0.5)):s=48000:d=18' \
                -filter_complex '[2]trim=duration=3[c];[4]trim=duration=3[e];[0][1][c][3][e][5]concat=n=6[v]' \
                -map '[v]' -map 6:a -c:v libx264 -preset ultrafast -threads 1 \(sound) -bitexact -y "$1"
            """
        ).path
    }
}
