// A page that waits for somebody elsewhere asks now and then, and goes on when they have come.
all('form[data-waits]').forEach(form => {
  all('[data-waiting]', form).forEach(e => { e.hidden = false; });
  const look = async () => {
    try {
      const answer = await fetch(form.dataset.waits, { cache: 'no-store' });
      if (answer.ok && (await answer.text()) !== 'waiting') return form.submit();
    } catch { /* the network is away: ask again */ }
    setTimeout(look, 3000);
  };
  setTimeout(look, 3000);
});
