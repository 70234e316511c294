package dev.concertina.registry.submission;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.io.IOUtils;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.PDPageContentStream.AppendMode;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;

/** A line at the foot of every page: what this is, when it came, and of what it is a copy. */
final class Stamp {
    private static final DateTimeFormatter WHEN =
            DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);
    private static final float SIZE = 8;
    private static final float MARGIN = 24;

    private final String text;

    private Stamp(String text) {
        this.text = text;
    }

    static Stamp of(Submission submission) {
        return new Stamp(
                "Handed in as %s on %s   ·   SHA-256 %s"
                        .formatted(
                                submission.receipt(),
                                WHEN.format(submission.handedInAt()),
                                submission.sha256().substring(0, 16)));
    }

    /** It is no PDF that can be read. */
    static final class UnreadableException extends IOException {
        UnreadableException(IOException cause) {
            super("not a readable PDF", cause);
        }
    }

    /**
     * Copies a PDF with the stamp on every page.
     *
     * @throws UnreadableException if it is none
     */
    void on(InputStream pdf, OutputStream stamped) throws IOException {
        try (var document = open(pdf)) {
            var font = new PDType1Font(FontName.HELVETICA);
            for (var page : document.getPages()) {
                write(document, page, font);
            }
            document.save(stamped);
        }
    }

    private static PDDocument open(InputStream pdf) throws IOException {
        var content = new RandomAccessReadBuffer(pdf);
        try {
            return Loader.loadPDF(content, IOUtils.createMemoryOnlyStreamCache());
        } catch (IOException e) {
            content.close();
            throw new UnreadableException(e);
        }
    }

    private void write(PDDocument document, PDPage page, PDFont font) throws IOException {
        var box = page.getCropBox();
        try (var content = new PDPageContentStream(document, page, AppendMode.APPEND, true, true)) {
            content.setNonStrokingColor(0.12f, 0.31f, 0.37f);
            content.setStrokingColor(0.12f, 0.31f, 0.37f);
            content.setLineWidth(0.5f);
            content.moveTo(box.getLowerLeftX() + MARGIN, box.getLowerLeftY() + MARGIN + SIZE + 3);
            content.lineTo(box.getUpperRightX() - MARGIN, box.getLowerLeftY() + MARGIN + SIZE + 3);
            content.stroke();
            content.beginText();
            content.setFont(font, SIZE);
            content.newLineAtOffset(box.getLowerLeftX() + MARGIN, box.getLowerLeftY() + MARGIN);
            content.showText(text);
            content.endText();
        }
    }
}
