package dev.concertina.registry.live;

import dev.concertina.starter.channel.Channels;
import dev.concertina.starter.request.Outage;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** The page that shows what happens. */
@Controller
class LiveController {
    private final Channels channels;

    LiveController(Channels channels) {
        this.channels = channels;
    }

    @GetMapping("/live")
    String live(Model model) {
        try {
            model.addAttribute("watching", channels.present(Room.REGISTRY));
        } catch (Outage e) {
            model.addAttribute("watching", 0L);
        }
        return "live";
    }
}
