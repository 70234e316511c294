package dev.concertina.registry.preference;

import dev.concertina.starter.preference.Preferences;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The page on which anybody may say that their visits are not to be counted. */
@Controller
class PreferenceController {
    private final Preferences preferences;

    PreferenceController(Preferences preferences) {
        this.preferences = preferences;
    }

    @GetMapping("/preferences")
    String show(HttpServletRequest request, Model model) {
        model.addAttribute("counted", !preferences.isOn(request, Visits.OPT_OUT, true));
        return "preferences";
    }

    @PostMapping("/preferences")
    String choose(
            @RequestParam boolean counted,
            HttpServletRequest request,
            HttpServletResponse response) {
        if (counted) {
            preferences.turnOff(request, response, Visits.OPT_OUT);
        } else {
            preferences.turnOn(request, response, Visits.OPT_OUT);
        }
        return "redirect:/preferences?kept";
    }
}
