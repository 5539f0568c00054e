"""What happens to pictures on their way to another recording: filters of FFmpeg, by name."""

LOGO = "drawbox=x=iw*0.8:y=ih*0.08:w=iw*0.12:h=ih*0.1:color=white@0.8:t=fill"

# The pictures keep their times, but for the rate of pictures.
ALTERATIONS = {
    "as it is": "null",
    "smaller": "scale=256:-2",
    "cropped": "crop=iw*0.85:ih*0.85",
    "darker": "eq=brightness=-0.1:contrast=0.9",
    "frame rate": "fps=15",
    "logo": LOGO,
    "all": f"crop=iw*0.85:ih*0.85,scale=256:-2,eq=brightness=-0.1:contrast=0.9,fps=15,{LOGO}",
}

# A tenth longer, at the rate of the source.
SLOWER = 1.1
ENCODED = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "28", "-pix_fmt", "yuv420p"]
