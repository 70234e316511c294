package dev.concertina.registry.live;

import dev.concertina.starter.channel.ChannelAccess;
import org.springframework.stereotype.Component;

/** Who may watch what. Asked once for each subscription, wherever it comes from. */
@Component
class RoomAccess implements ChannelAccess {
    @Override
    public Answer subscribe(Caller caller, String channel) {
        if (channel.equals(Room.REGISTRY)) {
            return Answer.YES;
        }
        // Whether there is such an account is nobody's business.
        boolean own = caller.user().filter(user -> Room.belongsTo(channel, user)).isPresent();
        return own ? Answer.YES : Answer.UNKNOWN;
    }
}
