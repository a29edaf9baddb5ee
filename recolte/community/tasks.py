from recolte.community.letters import send
from recolte.community.models import Letter
from recolte.jobs.actions import Running, job


@job("community.send_letter")
def send_letter(running: Running) -> None:
    letter = Letter.objects.filter(pk=running.job.subject, state=Letter.State.WAITING).first()
    if letter:
        send(letter)
