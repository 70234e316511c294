package dev.concertina.registry.submission;

import dev.concertina.registry.account.Accounts;
import dev.concertina.starter.file.FileForm;
import dev.concertina.starter.file.FileRefused;
import dev.concertina.starter.file.Files;
import dev.concertina.starter.file.Link;
import dev.concertina.starter.file.StoredFile;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.security.Principal;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.unit.DataSize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.server.ResponseStatusException;

/** Handing in, and getting the stamped copy. */
@Controller
@RequestMapping("/submissions")
class SubmissionController {
    private static final int SHOWN_MAX = 50;
    private static final int TITLE_MAX = 120;
    private static final DataSize SIZE_MAX = DataSize.ofMegabytes(10);
    private static final Duration LINK = Duration.ofMinutes(5);

    private final Accounts accounts;
    private final Submissions submissions;
    private final Files files;

    SubmissionController(Accounts accounts, Submissions submissions, Files files) {
        this.accounts = accounts;
        this.submissions = submissions;
        this.files = files;
    }

    @GetMapping
    String list(Principal principal, Model model) {
        var account = accounts.of(principal);
        model.addAttribute("account", account);
        model.addAttribute("submissions", submissions.of(account, SHOWN_MAX));
        return "submissions";
    }

    /** The form's fields as they arrive: the file goes to the store and never onto a disk here. */
    @PostMapping
    String handIn(Principal principal, HttpServletRequest request, Model model) throws IOException {
        var title = "";
        Optional<StoredFile> file = Optional.empty();
        try {
            var form = FileForm.of(request);
            for (var next = form.next(); next.isPresent(); next = form.next()) {
                var field = next.get();
                if (field.name().equals("title")) {
                    title = field.text().strip();
                } else if (field.name().equals("file")) {
                    file = Optional.of(store(field));
                }
            }
        } catch (FileRefused refused) {
            return again(principal, model, problem(refused.reason()));
        }
        if (title.isEmpty() || title.length() > TITLE_MAX) {
            file.map(StoredFile::id).ifPresent(files::delete);
            return again(principal, model, "Give it a title of 1 to " + TITLE_MAX + " characters.");
        }
        if (file.isEmpty()) {
            return again(principal, model, "Choose a PDF to hand in.");
        }
        submissions.handIn(accounts.of(principal), title, file.get());
        return "redirect:/submissions?received";
    }

    private StoredFile store(FileForm.Field field) throws IOException {
        return files.put(field.content(), field.upload().only("application/pdf").atMost(SIZE_MAX));
    }

    private static String problem(FileRefused.Reason reason) {
        return switch (reason) {
            case TOO_LARGE -> "The file may have " + SIZE_MAX.toMegabytes() + " MB at most.";
            case WRONG_TYPE -> "Only a PDF can be handed in.";
            case DAMAGED -> "The file did not arrive whole. Send it again.";
        };
    }

    private String again(Principal principal, Model model, String problem) {
        model.addAttribute("problem", problem);
        return list(principal, model);
    }

    /** Leads to the file by a link that is good for a few minutes, whoever keeps the files. */
    @GetMapping("/{id}/file")
    String file(Principal principal, @PathVariable long id) {
        return submissions
                .find(accounts.of(principal), id)
                .map(found -> found.stamped() == null ? found.file() : found.stamped())
                .flatMap(file -> files.link(file, Link.inline(LINK)))
                .map(link -> "redirect:" + link)
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    }
}
